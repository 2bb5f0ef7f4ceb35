//! What a check-in changes.

use crontopus_ids::RunId;

use crate::check_in::{CheckIn, CheckInKind, RunKey};
use crate::derive::nameless_run;
use crate::monitor::effects::{Effects, Replaced};
use crate::monitor::state::{MonitorState, Past, Subject};
use crate::monitor::tally::Before;
use crate::run::{Limits, Run, RunStatus};
use crate::spec::Starter;

/// More runs than this are never open at once; the oldest is given up.
const MOST_OPEN: usize = 200;

/// Rows that [`check_in`] wants to see, besides the state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The run of this id.
    pub run: Option<RunId>,
    /// Rows that nobody filled yet (see [`Run::is_unfilled`]) with `at` between these, both included.
    pub unfilled: Option<(i64, i64)>,
    /// When the service was away, as [`Past::outages`].
    pub outages: bool,
}

/// Which rows [`check_in`] wants to see.
pub fn wanted(state: &MonitorState, subject: Subject<'_>, signal: &CheckIn, received: i64) -> Wanted {
    let run = signal.key.run(subject.id).filter(|id| state.open.iter().all(|r| r.id != *id));
    if signal.kind == CheckInKind::Log {
        return Wanted { run, ..Wanted::default() };
    }
    let (moment, _) = signal.moment(received);
    let is_end = matches!(signal.kind, CheckInKind::End { .. });
    let started = moment.saturating_sub(signal.believed_duration().filter(|_| is_end).unwrap_or(0));
    let reach = subject.expectation.reach(started).map(|(from, to)| (from, to.max(moment)));
    let unfilled =
        reach.zip(state.unfilled).map(|((from, to), (first, last))| (from.max(first), to.min(last)));
    // Only a run that gives heartbeats may have given some that nobody could take.
    let longest = subject.expectation.spec.max_runtime_ms;
    let beating = find_open(state, subject, signal).filter(|r| r.traces.signs.is_some());
    let limit = beating.and_then(|r| r.limit_of_sender(longest));
    let is_over = is_end && limit.is_some_and(|limit| limit < moment);
    // What was kept for so long may be a heartbeat of a run whose end is known, or comes with it.
    let was_kept = longest.is_some_and(|longest| moment.saturating_add(longest) < received);
    let outages = is_over || was_kept;
    Wanted { run, unfilled: unfilled.filter(|(from, to)| from <= to), outages }
}

/// Applies a check-in that came in at `received`. `past` holds what [`wanted`] asked for.
pub fn check_in(
    state: &mut MonitorState,
    subject: Subject<'_>,
    past: &Past,
    signal: &CheckIn,
    received: i64,
) -> Effects {
    let before = Before::of(state);
    let mut record = Record { state, subject, past, signal, received, effects: Effects::default() };
    record.apply();
    let Record { state, mut effects, .. } = record;
    state.count(&before, past, &effects);
    state.settle(subject, &mut effects);
    effects
}

/// The open run that a signal without a name belongs to.
fn newest_open<'a>(state: &'a MonitorState, signal: &CheckIn) -> Option<&'a Run> {
    let fits = |one: &Option<String>, other: &Option<String>| match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let open = state.open.iter();
    let open = open.filter(|r| fits(&r.host, &signal.host) && fits(&r.environment, &signal.environment));
    open.max_by_key(|r| (r.is_running(), r.started_at.unwrap_or(r.at)))
}

/// The open run that a signal belongs to.
fn find_open<'a>(state: &'a MonitorState, subject: Subject<'_>, signal: &CheckIn) -> Option<&'a Run> {
    match (signal.key.run(subject.id), signal.kind) {
        (Some(id), _) => state.open.iter().find(|r| r.id == id),
        (None, CheckInKind::Start | CheckInKind::Skipped) => None,
        (None, _) => newest_open(state, signal),
    }
}

struct Record<'a> {
    state: &'a mut MonitorState,
    subject: Subject<'a>,
    past: &'a Past,
    signal: &'a CheckIn,
    received: i64,
    effects: Effects,
}

impl Record<'_> {
    fn apply(&mut self) {
        let (moment, skew) = self.signal.moment(self.received);
        let known = self.find();
        self.effects.run = known.as_ref().map(|r| r.id);
        if self.signal.kind == CheckInKind::Log {
            return;
        }
        self.state.last_run_at = self.state.last_run_at.max(Some(moment));
        let is_nameless = self.signal.key == RunKey::None;
        if known.is_none() && is_nameless && self.signal.kind == CheckInKind::Heartbeat {
            return;
        }
        let mut run = known.clone().unwrap_or_else(|| self.new_run(moment));
        run.hear(self.signal, moment, skew);
        // An agent's clock is corrected by ours: what it says late, it has kept.
        let by_agent = self.subject.expectation.spec.starter == Starter::Agent;
        if run.end_seen {
            run.traces.heard_at = None;
        } else if run.is_heard_anew(known.as_ref(), by_agent) {
            run.note_heard(self.received);
        }
        if known.as_ref().and_then(Run::began) != run.began() {
            run = self.reclaim(run, known.as_ref());
        }
        if let Some(known) = &known {
            self.go_on(known, &mut run);
        }
        let spec = &self.subject.expectation.spec;
        let limits = Limits { longest: spec.max_runtime_ms, shortest: spec.min_runtime_ms };
        run.conclude(limits, &self.past.outages);
        self.effects.run = Some(run.id);
        if known.as_ref() != Some(&run) {
            self.judge(known.as_ref(), &run);
            self.keep(run);
        }
    }

    /// The run the signal belongs to, if it is known.
    fn find(&self) -> Option<Run> {
        let past = || self.past.find(self.signal.key.run(self.subject.id)?);
        find_open(self.state, self.subject, self.signal).or_else(past).cloned()
    }

    /// A run that was not known before.
    fn new_run(&mut self, moment: i64) -> Run {
        let is_end = matches!(self.signal.kind, CheckInKind::End { .. });
        let took = self.signal.believed_duration().filter(|_| is_end);
        let at = moment - took.unwrap_or(0);
        let named = self.signal.key.run(self.subject.id);
        let id = named.unwrap_or_else(|| nameless_run(self.subject.id, at, self.state.next_serial()));
        let mut run = Run::new(id, at, RunStatus::Running);
        if let RunKey::External(text) = &self.signal.key {
            run.external_id = Some(text.clone());
        }
        run
    }

    /// What was decided of a run while nothing was heard of it gives way to a later sign of life, and to its end.
    fn go_on(&mut self, known: &Run, run: &mut Run) {
        if known.end_seen || !matches!(known.status, RunStatus::TimedOut | RunStatus::Unknown) {
            return;
        }
        if run.end_seen {
            run.traces.is_late |= known.status == RunStatus::Unknown;
        } else if run.alive_at() > known.alive_at() {
            run.status = RunStatus::Running;
            let limit = known.limit_of_sender(self.subject.expectation.spec.max_runtime_ms);
            if known.status == RunStatus::TimedOut && run.alive_at() <= limit {
                run.traces.is_late = true;
                self.state.acquit(run.id, self.received, &mut self.effects);
            } else {
                self.state.forget(run.id);
            }
        }
    }

    /// It became better known when a run began than when it claimed.
    fn reclaim(&mut self, mut run: Run, known: Option<&Run>) -> Run {
        let (guess, began) = (run.expected_at, run.began());
        if let Some(counted) = known.and_then(Run::began) {
            self.state.doubt(self.subject.expectation, counted.at());
        }
        if guess.zip(began).is_some_and(|(guess, began)| self.state.keeps(self.subject, guess, began.at())) {
            return run;
        }
        run.expected_at = None;
        if let Some(guess) = guess {
            self.state.release(self.subject, guess);
        }
        let claim = began.and_then(|began| {
            self.state.claim(self.subject, self.past, began.at(), self.signal.scheduled_for)
        });
        let Some(claim) = claim else {
            run.traces.is_late = false;
            return run;
        };
        run.expected_at = Some(claim.expected_at);
        if guess != run.expected_at {
            // Also a start that was filled before, and then given back, had been decided.
            let decided = |(first, last)| (first..=last).contains(&claim.expected_at);
            run.traces.is_late = claim.fills.is_some() || self.state.unfilled.is_some_and(decided);
        }
        if let Some(row) = claim.fills {
            if self.signal.key == RunKey::None && known.is_none() {
                (run.id, run.at) = (row.id, row.at);
            } else {
                self.effects.replaced.push(Replaced { old: row.id, old_at: row.at, new: run.id });
            }
            self.state.heal(self.subject, &row, run.id, self.received, &mut self.effects);
        }
        run
    }

    /// Judges a run whose end is known, unless it was judged so before.
    fn judge(&mut self, known: Option<&Run>, run: &Run) {
        let Some(finished) = run.finished_at.filter(|_| run.end_seen) else { return };
        let limit = run.limit(self.subject.expectation.spec.max_runtime_ms);
        let decided = match run.status {
            RunStatus::TimedOut => limit.map_or(finished, |limit| limit.saturating_add(1)),
            _ => finished,
        };
        let is_same = known.is_some_and(|known| {
            known.status == run.status
                && (run.status == RunStatus::TimedOut || known.finished_at == run.finished_at)
                && known.started_at == run.started_at
        });
        if is_same {
            return;
        }
        let was_bad = known.is_some_and(|k| matches!(k.status, RunStatus::TimedOut | RunStatus::Failed));
        if was_bad && run.status == RunStatus::Succeeded {
            self.state.acquit(run.id, self.received, &mut self.effects);
        }
        self.state.judge(self.subject, run, decided, self.received, &mut self.effects);
    }

    /// Writes the run, and keeps it open as long as its end was not reported.
    fn keep(&mut self, run: Run) {
        self.effects.write(run.clone());
        let place = self.state.open.iter().position(|r| r.id == run.id);
        let is_open = run.is_running() || (run.status == RunStatus::TimedOut && !run.end_seen);
        match (place, is_open) {
            (Some(place), true) => self.state.open[place] = run,
            (Some(place), false) => drop(self.state.open.remove(place)),
            (None, true) => self.state.open.push(run),
            (None, false) => {}
        }
        if self.state.open.len() > MOST_OPEN {
            let mut oldest = self.state.open.remove(0);
            if oldest.is_running() {
                oldest.status = RunStatus::Unknown;
                oldest.reason = Some("too many runs are open".to_owned());
                self.effects.write(oldest);
            }
        }
    }
}

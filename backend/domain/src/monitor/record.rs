//! What a check-in changes.

use crontopus_ids::RunId;

use crate::check_in::{CheckIn, CheckInKind, RunKey};
use crate::derive::nameless_run;
use crate::monitor::effects::{Effects, Replaced};
use crate::monitor::state::{MonitorState, Past, Subject};
use crate::monitor::tally::Before;
use crate::monitor::verdict::TOO_SHORT;
use crate::run::{Run, RunStatus};

/// More runs than this are never open at once; the oldest is given up.
const MOST_OPEN: usize = 200;

/// More attempts of one run than this are not kept.
const MOST_ATTEMPTS: usize = 100;

/// The reason of a row that was filled after its window had been decided.
const LATE_REPORT: &str = "late report";

/// Rows that [`check_in`] wants to see, besides the state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The run of this id.
    pub run: Option<RunId>,
    /// Rows that nobody filled yet (see [`Run::is_unfilled`]) with `at` between these, both included.
    pub unfilled: Option<(i64, i64)>,
}

/// Which rows [`check_in`] wants to see.
pub fn wanted(state: &MonitorState, subject: Subject<'_>, signal: &CheckIn, received: i64) -> Wanted {
    let run = signal.key.run(subject.id).filter(|id| state.open.iter().all(|r| r.id != *id));
    if matches!(signal.kind, CheckInKind::Heartbeat | CheckInKind::Log) {
        return Wanted { run, unfilled: None };
    }
    let (moment, _) = signal.moment(received);
    let started = moment.saturating_sub(signal.believed_duration().unwrap_or(0));
    let reach = subject.expectation.reach(started).map(|(from, to)| (from, to.max(moment)));
    let unfilled =
        reach.zip(state.unfilled).map(|((from, to), (first, last))| (from.max(first), to.min(last)));
    Wanted { run, unfilled: unfilled.filter(|(from, to)| from <= to) }
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
        let run = self.find();
        self.effects.run = run.as_ref().map(|r| r.id);
        match self.signal.kind {
            CheckInKind::Log => {}
            CheckInKind::Heartbeat => self.heartbeat(run, moment),
            CheckInKind::Start => self.start(run, moment, skew),
            CheckInKind::End { well } => self.end(run, moment, skew, well),
            CheckInKind::Skipped => self.skipped(run, moment, skew),
        }
        if self.signal.kind != CheckInKind::Log {
            self.state.last_run_at = self.state.last_run_at.max(Some(moment));
        }
    }

    /// The run the signal belongs to, if it is known.
    fn find(&self) -> Option<Run> {
        if let Some(id) = self.signal.key.run(self.subject.id) {
            return self.state.open.iter().find(|r| r.id == id).or_else(|| self.past.find(id)).cloned();
        }
        if self.signal.kind == CheckInKind::Start || self.signal.kind == CheckInKind::Skipped {
            return None;
        }
        let fits = |one: &Option<String>, other: &Option<String>| match (one, other) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        let (host, environment) = (&self.signal.host, &self.signal.environment);
        let open = self.state.open.iter();
        let open = open.filter(|r| fits(&r.host, host) && fits(&r.environment, environment));
        open.max_by_key(|r| (r.is_running(), r.started_at.unwrap_or(r.at))).cloned()
    }

    /// A run that was not known before.
    fn new_run(&mut self, at: i64, status: RunStatus) -> Run {
        let named = self.signal.key.run(self.subject.id);
        let id = named.unwrap_or_else(|| nameless_run(self.subject.id, at, self.state.next_serial()));
        let mut run = Run::new(id, at, status);
        if let RunKey::External(text) = &self.signal.key {
            run.external_id = Some(text.clone());
        }
        run
    }

    /// Takes over whatever the signal says beside its kind. A number that was said before is replaced by a
    /// later signal, and by the end, whichever arrives first; attempts are gathered.
    fn describe(&self, run: &mut Run, moment: i64, skew: Option<i64>) {
        let signal = self.signal;
        run.host = run.host.take().or_else(|| signal.host.clone());
        run.environment = run.environment.take().or_else(|| signal.environment.clone());
        run.skew_ms = run.skew_ms.or(skew);
        let is_end = matches!(signal.kind, CheckInKind::End { .. });
        let is_latest = is_end || !run.end_seen && run.alive_at.is_none_or(|alive| moment >= alive);
        for (name, value) in &signal.metrics {
            if is_latest || !run.metrics.contains_key(name) {
                run.metrics.insert(name.clone(), *value);
            }
        }
        for attempt in &signal.attempts {
            let place = run.attempts.partition_point(|known| known.started_at < attempt.started_at);
            let is_known =
                run.attempts.get(place).is_some_and(|known| known.started_at == attempt.started_at);
            if !is_known && run.attempts.len() < MOST_ATTEMPTS {
                run.attempts.insert(place, attempt.clone());
            }
        }
        run.output_bytes = signal.output_bytes.or(run.output_bytes);
    }

    fn start(&mut self, known: Option<Run>, moment: i64, skew: Option<i64>) {
        let Some(mut run) = known else {
            let mut run = self.new_run(moment, RunStatus::Running);
            (run.started_at, run.alive_at, run.start_seen) = (Some(moment), Some(moment), true);
            self.describe(&mut run, moment, skew);
            let run = self.claim(run, moment);
            return self.keep_open(run);
        };
        revive(&mut run);
        if run.start_seen {
            // Once more: the run goes on at least since then.
            return self.heartbeat(Some(run), moment);
        }
        // The end overtook the start.
        (run.started_at, run.start_seen) = (Some(moment), true);
        self.describe(&mut run, moment, skew);
        run.alive_at = run.alive_at.max(Some(moment));
        if let Some(finished) = run.finished_at {
            run.duration_ms = run.duration_ms.or(Some((finished - moment).max(0)));
        }
        let mut run = self.reclaim(run, moment);
        if matches!(run.status, RunStatus::Succeeded | RunStatus::Failed) {
            self.outcome(&mut run);
            let decided = run.finished_at.unwrap_or(moment);
            self.state.judge(self.subject, &run, decided, self.received, &mut self.effects);
        }
        if run.is_running() || self.state.open.iter().any(|r| r.id == run.id) {
            return self.keep_open(run);
        }
        self.effects.write(run);
    }

    fn end(&mut self, known: Option<Run>, moment: i64, skew: Option<i64>, well: bool) {
        let known = known.map(|mut run| {
            revive(&mut run);
            run
        });
        // Of two ends that contradict each other the bad one holds, whichever arrives first.
        if known.as_ref().is_some_and(|r| r.end_seen && (!r.ended_well || well)) {
            return;
        }
        let duration = self.signal.believed_duration();
        let is_new = known.is_none();
        let mut run = known.unwrap_or_else(|| {
            let at = moment - duration.unwrap_or(0);
            let mut run = self.new_run(at, RunStatus::Running);
            run.started_at = duration.map(|_| at);
            run
        });
        self.describe(&mut run, moment, skew);
        (run.end_seen, run.ended_well, run.finished_at) = (true, well, Some(moment));
        run.duration_ms = duration.or_else(|| run.started_at.map(|s| (moment - s).max(0)));
        run.exit_status = self.signal.exit_status;
        run.signal = self.signal.signal;
        run.usage = self.signal.usage;
        if is_new || run.started_at.is_none() {
            run = self.reclaim(run, moment - duration.unwrap_or(0));
        }
        self.state.open.retain(|r| r.id != run.id);
        if run.status != RunStatus::TimedOut {
            // Also what was given up as unknown: the end tells it after all.
            if run.status == RunStatus::Unknown {
                run.reason = Some(LATE_REPORT.to_owned());
            }
            self.outcome(&mut run);
            self.state.judge(self.subject, &run, moment, self.received, &mut self.effects);
        }
        self.effects.run = Some(run.id);
        self.effects.write(run);
    }

    /// Succeeded or failed, and why.
    fn outcome(&self, run: &mut Run) {
        let least = self.subject.expectation.spec.min_runtime_ms;
        let is_short = least.zip(run.duration_ms).is_some_and(|(least, took)| took < least);
        run.status = if run.ended_well && !is_short { RunStatus::Succeeded } else { RunStatus::Failed };
        if run.reason.as_deref() == Some(TOO_SHORT) {
            run.reason = None;
        }
        if run.ended_well && is_short {
            run.reason = Some(TOO_SHORT.to_owned());
        } else if let Some(reason) = &self.signal.reason {
            run.reason = Some(reason.clone());
        }
    }

    fn skipped(&mut self, known: Option<Run>, moment: i64, skew: Option<i64>) {
        if known.is_some() {
            return;
        }
        let mut run = self.new_run(moment, RunStatus::Skipped);
        (run.end_seen, run.finished_at) = (true, Some(moment));
        self.describe(&mut run, moment, skew);
        let mut run = self.claim(run, moment);
        run.reason.clone_from(&self.signal.reason);
        self.effects.run = Some(run.id);
        self.effects.write(run);
    }

    /// It goes on; a run that nobody knows is opened, with an unknown start.
    fn heartbeat(&mut self, known: Option<Run>, moment: i64) {
        match known {
            Some(mut run) if run.status != RunStatus::Skipped => {
                let before = run.clone();
                self.describe(&mut run, moment, None);
                if run.is_running() {
                    run.alive_at = run.alive_at.max(Some(moment));
                }
                if run == before {
                    return;
                }
                match self.state.open.iter_mut().find(|r| r.id == run.id) {
                    Some(known) => known.clone_from(&run),
                    None if run.is_running() => self.state.open.push(run.clone()),
                    None => {}
                }
                self.effects.write(run);
            }
            None if self.signal.key != RunKey::None => {
                let mut run = self.new_run(moment, RunStatus::Running);
                self.describe(&mut run, moment, None);
                run.alive_at = Some(moment);
                self.keep_open(run);
            }
            _ => {}
        }
    }

    /// It became known when a run started, better than when it claimed.
    fn reclaim(&mut self, mut run: Run, start: i64) -> Run {
        if let Some(guess) = run.expected_at.take() {
            self.state.release(self.subject, guess);
        }
        self.claim(run, start)
    }

    /// Claims an expected start; a row that stood for it gives way.
    fn claim(&mut self, mut run: Run, start: i64) -> Run {
        let claim = self.state.claim(self.subject, self.past, start, self.signal.scheduled_for);
        let Some(claim) = claim else { return run };
        run.expected_at = Some(claim.expected_at);
        if let Some(row) = claim.fills {
            run.reason = Some(LATE_REPORT.to_owned());
            let nameless = self.signal.key == RunKey::None && !self.is_kept(run.id);
            if nameless {
                (run.id, run.at) = (row.id, row.at);
            } else {
                self.effects.replaced.push(Replaced { old: row.id, old_at: row.at, new: run.id });
            }
            self.state.heal(self.subject, &row, run.id, self.received, &mut self.effects);
        }
        run
    }

    /// Whether a row of this run is there already.
    fn is_kept(&self, id: RunId) -> bool {
        self.state.open.iter().any(|r| r.id == id) || self.past.find(id).is_some()
    }

    fn keep_open(&mut self, run: Run) {
        self.effects.run = Some(run.id);
        self.effects.write(run.clone());
        match self.state.open.iter_mut().find(|r| r.id == run.id) {
            Some(known) => *known = run,
            None => self.state.open.push(run),
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

/// A run that was said to be skipped took place after all.
fn revive(run: &mut Run) {
    if run.status == RunStatus::Skipped {
        run.status = RunStatus::Running;
        (run.end_seen, run.finished_at, run.reason) = (false, None, None);
    }
}

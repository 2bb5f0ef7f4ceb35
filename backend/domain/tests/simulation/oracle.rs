//! What must be told of what happened, and what must not. It knows the truth, and nothing of the rules' code.
//!
//! Where information itself was lost (a request that is sent once, while the service was away; a host that is off),
//! more than one answer is right, and the oracle says which. Everywhere else there is one.

use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::{IncidentChange, IncidentKind, Run, RunStatus};
use crontopus_ids::RunId;

use crate::plan::{DAY, END, HOUR, Job, MINUTE, Plan, Reports, SECOND, Span};
use crate::server::Watched;
use crate::signals::{self, Told};
use crate::truth::{Fate, Owed, Ran};

/// The truth about one job, and what was told of it.
pub(crate) struct Oracle<'p> {
    pub(crate) n: usize,
    pub(crate) plan: &'p Plan,
    pub(crate) job: &'p Job,
    pub(crate) lost: &'p [Span],
    pub(crate) owed: &'p [Owed],
    pub(crate) told: &'p [Told],
}

/// Statuses of which one is right.
type Right = Vec<RunStatus>;

impl Oracle<'_> {
    /// Everything the service got wrong, in words.
    pub(crate) fn judge(&self, watched: &Watched<'_>) -> Vec<String> {
        let mut wrong = Vec::new();
        match self.job.period {
            Some(_) => self.at_least_so_often(watched, &mut wrong),
            None => {
                self.no_false_alarm(watched, &mut wrong);
                self.every_run(watched, &mut wrong);
            }
        }
        self.stale(watched, &mut wrong);
        self.incidents(watched, &mut wrong);
        wrong
    }

    /// Whether nothing is said about this start: a pause or a maintenance is near, or (where a clock change repeats an
    /// hour) another start whose window meets its own.
    fn is_free(&self, place: usize) -> bool {
        let owed = &self.owed[place];
        let mut around =
            self.owed[place.saturating_sub(1)..].iter().take(3).filter(|other| other.due != owed.due);
        let width = self.job.closes(owed.due) - self.job.opens(owed.due);
        if around.any(|other| (other.due - owed.due).abs() <= width) {
            return true;
        }
        let last = match owed.fate {
            Fate::Ran(ran) => {
                ran.ended.unwrap_or(ran.started) + self.job.expectation.spec.max_runtime_ms.unwrap_or(0)
            }
            Fate::None | Fate::Skipped => owed.due,
        };
        let pauses = self.job.paused.iter().chain(&self.job.maintenance);
        let (from, to) = (owed.due - HOUR, last.max(self.job.closes(owed.due)) + 8 * HOUR);
        // When something happened is known by the service's own clock alone, and that is wrong.
        let is_blind = !self.job.has_clock() && self.plan.clock.is_wrong(from, to);
        is_blind || pauses.into_iter().any(|pause| pause.touches(from, to)) || to + 9 * DAY > END
    }

    /// Whether the service was away in a part of that time that matters: at its end, when something was most likely to
    /// come, or for a twentieth of it.
    fn was_deaf(&self, from: i64, to: i64, likely: i64) -> bool {
        self.plan.outages().any(|outage| {
            let covers = |moment: i64| outage.from <= moment && moment <= outage.to;
            let taken = outage.to.min(to) - outage.from.max(from);
            covers(to) || covers(likely) || (taken > 0 && taken * 20 >= to - from)
        })
    }

    pub(crate) fn was_away(&self, from: i64, to: i64) -> bool {
        self.plan.outages().any(|outage| outage.from <= to && from <= outage.to)
    }

    pub(crate) fn was_lost(&self, from: i64, to: i64) -> bool {
        self.lost.iter().any(|lost| lost.touches(from, to))
    }

    /// What may be shown of a start that did not take place, as far as the service can know.
    fn unseen(&self, due: i64) -> Right {
        let (opens, closes) = (self.job.opens(due), self.job.closes(due));
        let explained = self.was_deaf(opens, closes, due);
        // A host that comes back at the very end may be lost or back when the window closes.
        let lost = self.was_lost(closes - MINUTE, closes + 2 * MINUTE);
        // It was decided in the last moments before the service went away, or its clock was set.
        let just_before =
            self.plan.outages().any(|outage| outage.from <= closes && closes <= outage.from + 5 * SECOND);
        match (explained, lost || just_before) {
            (true, false) => vec![RunStatus::Unknown],
            (_, true) => vec![RunStatus::Missed, RunStatus::Unknown],
            (false, false) => vec![RunStatus::Missed],
        }
    }

    /// What must be shown of a run of which everything was told.
    pub(crate) fn seen(&self, ran: Ran) -> Right {
        let spec = &self.job.expectation.spec;
        let most = spec.max_runtime_ms;
        let Some(ended) = ran.ended else {
            let Some(most) = most else { return vec![RunStatus::Unknown] };
            let last = self.last_sign(ran);
            if self.was_away(last, last + most + 10 * MINUTE)
                || self.was_lost(last, last + most + 10 * MINUTE)
            {
                return vec![RunStatus::TimedOut, RunStatus::Unknown];
            }
            return vec![RunStatus::TimedOut];
        };
        if most.is_some_and(|most| ended - self.last_sign(ran) > most) {
            return vec![RunStatus::TimedOut];
        }
        let is_short = spec.min_runtime_ms.is_some_and(|least| ended - ran.started < least);
        vec![if ran.well && !is_short { RunStatus::Succeeded } else { RunStatus::Failed }]
    }

    fn last_sign(&self, ran: Ran) -> i64 {
        match self.job.reports {
            Reports::Once(Some(apart)) => {
                let until = ran.ended.map_or(ran.started, |ended| ended - 1);
                ran.started + (until - ran.started) / apart * apart
            }
            _ => ran.started,
        }
    }

    /// Whether times are known only by when they were received, so that a second more or less decides.
    pub(crate) fn is_blurred(&self, ran: Ran) -> bool {
        let spec = &self.job.expectation.spec;
        let near =
            |wanted: Option<i64>, took: i64| wanted.is_some_and(|wanted| (took - wanted).abs() <= 5 * SECOND);
        let took = ran.ended.map(|ended| ended - ran.started);
        let took = |wanted| took.is_some_and(|took| near(wanted, took));
        !self.job.has_clock() && (took(spec.min_runtime_ms) || took(spec.max_runtime_ms))
    }

    /// When a run began, as far as the service can know.
    pub(crate) fn known(&self, ran: Ran) -> i64 {
        match self.job.reports {
            Reports::EndAlone => ran.ended.unwrap_or(i64::MAX),
            _ if self.job.has_clock() => ran.started + self.job.skew,
            _ => ran.started,
        }
    }

    /// Whether a run began in the window of its start, as far as the service can know.
    fn is_in_window(&self, due: i64, ran: Ran) -> bool {
        (self.job.opens(due)..=self.job.closes(due)).contains(&self.known(ran))
    }

    /// No row ever said that something was bad which was not, not even for a moment.
    fn no_false_alarm(&self, watched: &Watched<'_>, wrong: &mut Vec<String>) {
        let due: BTreeMap<i64, usize> = self.owed.iter().enumerate().map(|(n, o)| (o.due, n)).collect();
        let named: BTreeMap<RunId, usize> = self.names().collect();
        for (now, run) in &watched.written {
            let place = named.get(&run.id).copied();
            let place = place.or_else(|| due.get(&run.expected_at?).copied());
            let Some(place) = place else { continue };
            let (owed, told) = (&self.owed[place], &self.told[place]);
            if self.is_free(place) || told.is_lost {
                continue;
            }
            let is_true = match (run.status, owed.fate) {
                (RunStatus::Missed, Fate::None) => true,
                (RunStatus::Missed, Fate::Ran(ran)) => {
                    // What a slow clock calls in time was missing at the end of the window all the same.
                    !self.is_in_window(owed.due, ran)
                        || ran.started > self.job.closes(owed.due)
                        || self.came_after_all(owed, told)
                }
                (RunStatus::TimedOut, Fate::Ran(ran)) => {
                    self.seen(ran).contains(&RunStatus::TimedOut)
                        || self.is_blurred(ran)
                        || self.came_after_all(owed, told)
                }
                (RunStatus::Failed, Fate::Ran(ran)) => {
                    self.seen(ran).contains(&RunStatus::Failed)
                        || self.seen(ran).contains(&RunStatus::TimedOut)
                        || self.is_blurred(ran)
                }
                (RunStatus::Missed | RunStatus::TimedOut | RunStatus::Failed, _) => false,
                _ => true,
            };
            if !is_true {
                wrong.push(format!("at {} a false alarm: {run:?} of {owed:?}, {told:?}", time(*now)));
            }
        }
    }

    /// Whether a patient client was still waiting while an outage had been over for long enough to be forgotten.
    pub(crate) fn came_after_all(&self, owed: &Owed, told: &Told) -> bool {
        let is_patient = self.job.reports == Reports::Patient;
        is_patient && self.was_away(self.job.opens(owed.due), told.all_known)
    }

    fn names(&self) -> impl Iterator<Item = (RunId, usize)> + '_ {
        let names = self.owed.iter().enumerate();
        names.filter_map(|(n, owed)| Some((signals::run_id(self.n, owed.due, self.job.reports)?, n)))
    }

    /// In the end there is one row for each start that was owed, and it tells what happened.
    fn every_run(&self, watched: &Watched<'_>, wrong: &mut Vec<String>) {
        let mut by_due: BTreeMap<i64, Vec<&Run>> = BTreeMap::new();
        for run in watched.rows.values() {
            by_due.entry(run.expected_at.unwrap_or(i64::MIN)).or_default().push(run);
        }
        let due: BTreeSet<i64> = self.owed.iter().map(|owed| owed.due).collect();
        let past = (END - 3 * DAY).min(self.job.life.to - HOUR);
        for run in watched.rows.values().filter(|run| run.expected_at.is_some_and(|at| at < past)) {
            if !due.contains(&run.expected_at.expect("filtered")) {
                wrong.push(format!("nothing was due then: {run:?}"));
            }
        }
        for (place, (owed, told)) in self.owed.iter().zip(self.told).enumerate() {
            if self.is_free(place) {
                continue;
            }
            let rows = by_due.get(&owed.due).map(Vec::as_slice).unwrap_or_default();
            let [row] = rows else {
                wrong.push(format!("{} rows for {owed:?}: {rows:?}", rows.len()));
                continue;
            };
            if told.is_lost {
                continue;
            }
            let own =
                signals::run_id(self.n, owed.due, self.job.reports).and_then(|id| watched.rows.get(&id));
            if let Some(complaint) = self.complain(owed, told, row, own) {
                wrong.push(format!("{complaint}: {row:?} for {owed:?}; {own:?}; {told:?}"));
            }
        }
    }

    /// What is wrong about the row that stands for a start and the row of the run itself, if anything.
    fn complain(&self, owed: &Owed, told: &Told, row: &Run, own: Option<&Run>) -> Option<String> {
        let ran = match owed.fate {
            Fate::None => return among(row, &self.unseen(owed.due)),
            Fate::Skipped => return among(row, &[RunStatus::Skipped]),
            Fate::Ran(ran) => ran,
        };
        if self.job.reports == Reports::EndAlone && ran.ended.is_none() {
            return among(row, &self.unseen(owed.due));
        }
        let is_in_window = self.is_in_window(owed.due, ran);
        let edges = [self.job.opens(owed.due), self.job.closes(owed.due)];
        let known = self.known(ran);
        if !self.job.has_clock() && edges.iter().any(|edge| known.abs_diff(*edge) < 5_000) {
            return None;
        }
        let run = if is_in_window { Some(row) } else { own };
        let Some(run) = run else { return Some("its run is not there".to_owned()) };
        if own.is_some_and(|own| own.id != run.id) {
            return Some("another run took its place".to_owned());
        }
        if !is_in_window {
            if run.expected_at.is_some() {
                return Some("it began outside of every window".to_owned());
            }
            if let Some(complaint) = among(row, &self.unseen(owed.due)) {
                return Some(complaint);
            }
        }
        if self.is_blurred(ran) || self.came_after_all(owed, told) && ran.ended.is_none() {
            return None;
        }
        among(run, &self.seen(ran))
    }

    /// Incidents follow from the rows: each row of bad runs was told, and nothing is open after enough good ones.
    fn incidents(&self, watched: &Watched<'_>, wrong: &mut Vec<String>) {
        let spec = &self.job.expectation.spec;
        let pauses: Vec<_> = self.job.paused.iter().chain(&self.job.maintenance).collect();
        let mut open: Option<i64> = None;
        let mut times: Vec<Span> = Vec::new();
        for (now, change) in &watched.incidents {
            match change {
                IncidentChange::Opened(incident) => {
                    let is_stale = incident.kind == IncidentKind::Stale;
                    if !is_stale && incident.bad_runs < spec.alert_after || open.is_some() {
                        wrong.push(format!("at {} opened without need: {incident:?}", time(*now)));
                    }
                    if pauses.iter().any(|pause| {
                        pause.from + MINUTE < *now
                            && *now < pause.to - MINUTE
                            && !self.was_away(pause.from, *now)
                    }) {
                        wrong.push(format!("at {} opened while paused: {incident:?}", time(*now)));
                    }
                    open = Some(*now);
                }
                IncidentChange::BadRun { .. } if open.is_none() => {
                    wrong.push(format!("at {} a bad run of no incident", time(*now)));
                }
                IncidentChange::BadRun { .. } => {}
                IncidentChange::Resolved { .. } => match open.take() {
                    Some(since) => times.push(Span { from: since, to: *now }),
                    None => wrong.push(format!("at {} what was not open is resolved", time(*now))),
                },
            }
        }
        times.extend(open.map(|since| Span { from: since, to: i64::MAX }));
        self.streaks(watched, &times, wrong);
    }

    fn streaks(&self, watched: &Watched<'_>, times: &[Span], wrong: &mut Vec<String>) {
        let spec = &self.job.expectation.spec;
        let mut known: BTreeMap<(RunId, RunStatus), i64> = BTreeMap::new();
        for (now, run) in &watched.written {
            known.entry((run.id, run.status)).or_insert(*now);
        }
        let mut ended: Vec<(i64, i64, bool, i64)> = Vec::new();
        for run in watched.rows.values() {
            ended.extend(
                self.ended(run).map(|(at, began, bad)| (at, began, bad, known[&(run.id, run.status)])),
            );
        }
        ended.sort();
        let (mut bad, mut good, mut bad_known, mut good_known) = (0, 0, 0, 0);
        for (place, (at, _, is_bad, known)) in ended.iter().enumerate() {
            let before = if place > 0 { ended[place - 1].0 } else { *at };
            if self.was_paused(before, *at) {
                (bad, good, bad_known, good_known) = (0, 0, 0, 0);
            }
            (bad, good) = if *is_bad { (bad + 1, 0) } else { (0, good + 1) };
            bad_known = if *is_bad { bad_known.max(*known) } else { 0 };
            good_known = if *is_bad { 0 } else { good_known.max(*known) };
            let next = ended.get(place + 1).map_or(END, |next| next.0);
            // What comes in late alarms nobody where a later success is known already.
            let mut later = ended[place + 1..].iter().take_while(|later| later.0 < at + 3 * DAY);
            let is_history = later.any(|later| !later.2 && later.3 <= bad_known);
            // Such a success may be one that is left out here, near a pause.
            let is_history = is_history || self.was_paused(*at, at + 5 * DAY);
            let is_told = times.iter().any(|span| span.touches(*at - SECOND, next.max(*at + DAY)));
            if bad == spec.alert_after && !is_told && !is_history {
                wrong.push(format!("nobody was told of what ended badly at {}", time(*at)));
            }
            let is_over = !times.iter().any(|span| span.from < at - 3 * DAY && span.to > at + 3 * DAY);
            // Nor does what comes in late end anything where a later failure is known already.
            let mut later = ended[place + 1..].iter().take_while(|later| later.0 < at + 3 * DAY);
            let is_over = is_over || later.any(|later| later.2 && later.3 <= good_known);
            if good == spec.recover_after && !is_over && !self.was_stale(watched, *at, at + 3 * DAY) {
                wrong.push(format!("an incident outlives what ended well at {}", time(*at)));
            }
        }
        // What is open at the end is what the last runs say.
        let is_open = watched.state.incident.is_some();
        if self.was_paused(ended.last().map_or(END, |last| last.0), END) {
            return;
        }
        let is_stale = watched.state.stale_since.is_some();
        if good >= spec.recover_after && is_open && !is_stale || bad >= spec.alert_after && !is_open {
            wrong.push(format!(
                "at the end {bad} bad and {good} good runs, and an incident is open: {is_open}"
            ));
        }
    }

    /// When a row was decided, when it was due or began, and whether it was bad; `None` when it was not judged.
    fn ended(&self, run: &Run) -> Option<(i64, i64, bool)> {
        let began = run.started_at.or(run.expected_at).unwrap_or(run.at);
        let at = match run.status {
            RunStatus::Missed => self.job.closes(run.expected_at?) + 1,
            RunStatus::TimedOut => run.alive_at()? + self.job.expectation.spec.max_runtime_ms? + 1,
            RunStatus::Succeeded | RunStatus::Failed => run.finished_at?,
            RunStatus::Running | RunStatus::Skipped | RunStatus::Unknown => return None,
        };
        // Near a pause it depends on minutes which runs are judged.
        let is_judged = !self.was_paused(at - 2 * DAY, at + 2 * DAY);
        is_judged.then_some((at, began, run.status != RunStatus::Succeeded))
    }

    pub(crate) fn was_paused(&self, from: i64, to: i64) -> bool {
        self.job.paused.iter().chain(&self.job.maintenance).any(|pause| pause.touches(from, to))
    }
}

fn among(run: &Run, right: &[RunStatus]) -> Option<String> {
    (!right.contains(&run.status)).then(|| format!("{} where {right:?} is right", run.status))
}

pub(crate) fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

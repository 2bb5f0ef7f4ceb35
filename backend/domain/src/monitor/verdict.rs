//! How a run is judged, and what follows for the incident.

use crontopus_ids::RunId;

use crate::derive;
use crate::incident::{IncidentChange, IncidentKind, OpenIncident, Resolution};
use crate::monitor::effects::Effects;
use crate::monitor::state::{MonitorState, MonitorStatus, Subject, Verdict};
use crate::run::{Run, RunStatus};
use crate::spec::Expectation;

/// What a run's status means: `None` when it says nothing, otherwise what is bad about it, if anything.
fn meaning(run: &Run) -> Option<Option<IncidentKind>> {
    match run.status {
        RunStatus::Succeeded => Some(None),
        RunStatus::Failed if run.ended_well => Some(Some(IncidentKind::TooShort)),
        RunStatus::Failed => Some(Some(IncidentKind::Failed)),
        RunStatus::TimedOut => Some(Some(IncidentKind::TimedOut)),
        RunStatus::Missed => Some(Some(IncidentKind::Missed)),
        RunStatus::Running | RunStatus::Skipped | RunStatus::Unknown => None,
    }
}

/// How many verdicts are remembered: some more than it takes to open or resolve an incident.
fn remembered(expectation: &Expectation) -> usize {
    expectation.spec.alert_after.max(expectation.spec.recover_after).clamp(4, 100) as usize + 4
}

impl MonitorState {
    /// Judges `run`, decided at `decided`; `now` is when that became known.
    pub(crate) fn judge(
        &mut self,
        subject: Subject<'_>,
        run: &Run,
        decided: i64,
        now: i64,
        effects: &mut Effects,
    ) {
        self.forget(run.id);
        if !self.expects(subject) {
            return;
        }
        if run.status == RunStatus::Unknown {
            self.last_unknown_at = self.last_unknown_at.max(Some(decided));
        }
        let Some(bad) = meaning(run) else { return };
        if bad.is_none() {
            self.last_success_at = self.last_success_at.max(Some(decided));
            self.freshen(subject, now);
        }
        let began = run.started_at.or(run.expected_at);
        let verdict = Verdict { at: decided, run: run.id, began, bad };
        let place = self.verdicts.partition_point(|known| known.place() <= verdict.place());
        // What is older than everything that is remembered no longer counts.
        if place > 0 || self.verdicts.len() < remembered(subject.expectation) {
            self.verdicts.insert(place, verdict);
            self.trim(subject.expectation);
        }
        self.follow(subject, run.id, bad, now, effects);
    }

    /// Takes back what was judged of a run.
    pub(crate) fn forget(&mut self, run: RunId) {
        self.verdicts.retain(|v| v.run != run);
    }

    fn trim(&mut self, expectation: &Expectation) {
        while self.verdicts.len() > remembered(expectation) {
            let dropped = self.verdicts.remove(0);
            self.carried_bad = if dropped.bad.is_some() { self.carried_bad.saturating_add(1) } else { 0 };
        }
    }

    /// Opens, extends or resolves the incident.
    fn follow(
        &mut self,
        subject: Subject<'_>,
        run: RunId,
        bad: Option<IncidentKind>,
        now: i64,
        effects: &mut Effects,
    ) {
        let spec = &subject.expectation.spec;
        let (bad_runs, good_runs) = (self.consecutive_bad(), self.consecutive_good());
        let streak = self.verdicts.len() - (bad_runs as usize).min(self.verdicts.len());
        // What arrives late counts where it belongs: it may complete a row of bad runs that ends after it.
        let is_in_streak = self.verdicts[streak..].iter().any(|v| v.run == run);
        match (&mut self.incident, bad) {
            (Some(incident), Some(_)) if ![incident.first_run, incident.last_run].contains(&Some(run)) => {
                incident.bad_runs = incident.bad_runs.saturating_add(1);
                incident.first_run = incident.first_run.or(Some(run));
                incident.last_run = Some(run);
                effects.incidents.push(IncidentChange::BadRun { incident: incident.clone(), at: now });
            }
            (None, Some(kind)) if bad_runs >= spec.alert_after && is_in_streak => {
                let ends = self.verdicts[streak..].first().zip(self.verdicts.last());
                let runs = ends.map(|(first, last)| (first.run, last.run));
                self.open(subject, kind, runs, now, effects);
            }
            (Some(_), None) if self.stale_since.is_none() && good_runs >= spec.recover_after => {
                self.resolve(now, Resolution::Recovered, Some(run), effects);
            }
            _ => {}
        }
    }

    /// A success that is recent enough ends a staleness.
    fn freshen(&mut self, subject: Subject<'_>, now: i64) {
        let longest = subject.expectation.spec.max_since_success_ms;
        let is_fresh = longest.zip(self.last_success_at).is_none_or(|(l, at)| at.saturating_add(l) > now);
        if is_fresh {
            self.stale_since = None;
        }
    }

    /// The row `old` was filled by `run`: takes back what was judged of it, and resolves what only it had
    /// caused.
    pub(crate) fn heal(
        &mut self,
        subject: Subject<'_>,
        row: &Run,
        run: RunId,
        now: i64,
        effects: &mut Effects,
    ) {
        let old = row.id;
        self.forget(old);
        let decided = row.at.saturating_add(subject.expectation.late()).saturating_add(1);
        if row.status == RunStatus::Unknown && self.last_unknown_at <= Some(decided) {
            self.last_unknown_at = None;
        }
        if let Some(incident) = &mut self.incident {
            for known in [&mut incident.first_run, &mut incident.last_run] {
                *known = known.map(|k| if k == old { run } else { k });
            }
        }
        self.relent(run, now, effects);
    }

    /// Takes back that `run` was bad, and resolves what only that had caused.
    pub(crate) fn acquit(&mut self, run: RunId, now: i64, effects: &mut Effects) {
        self.forget(run);
        self.relent(run, now, effects);
    }

    fn relent(&mut self, run: RunId, now: i64, effects: &mut Effects) {
        if self.incident.is_some() && self.stale_since.is_none() && self.consecutive_bad() == 0 {
            self.resolve(now, Resolution::ReportedLate, Some(run), effects);
        }
    }

    pub(crate) fn open(
        &mut self,
        subject: Subject<'_>,
        kind: IncidentKind,
        runs: Option<(RunId, RunId)>,
        now: i64,
        effects: &mut Effects,
    ) {
        let id = derive::incident(subject.id, now, self.next_serial());
        let (first_run, last_run) = runs.unzip();
        let bad_runs = self.consecutive_bad();
        let incident = OpenIncident { id, kind, bad_runs, first_run, last_run, opened_at: now };
        effects.incidents.push(IncidentChange::Opened(incident.clone()));
        self.incident = Some(incident);
    }

    pub(crate) fn resolve(&mut self, at: i64, why: Resolution, run: Option<RunId>, effects: &mut Effects) {
        if let Some(incident) = self.incident.take() {
            effects.incidents.push(IncidentChange::Resolved { id: incident.id, at, why, run });
        }
    }

    /// How the monitor is, from everything that was decided.
    pub(crate) fn judged_status(&self, subject: Subject<'_>) -> MonitorStatus {
        let last = self.verdicts.last();
        if self.is_paused(subject) || self.removed {
            MonitorStatus::Paused
        } else if self.host_lost || self.last_unknown_at > last.map(|v| v.at) {
            MonitorStatus::Unknown
        } else if self.stale_since.is_some() {
            MonitorStatus::Failing
        } else {
            match last {
                Some(verdict) if verdict.bad.is_some() => MonitorStatus::Failing,
                Some(_) => MonitorStatus::Ok,
                None => MonitorStatus::Pending,
            }
        }
    }
}

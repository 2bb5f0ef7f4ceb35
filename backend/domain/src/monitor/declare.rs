//! What changes when the job, the host or an operator changes something.

use crontopus_ids::MonitorId;

use crate::incident::Resolution;
use crate::monitor::effects::Effects;
use crate::monitor::state::{MonitorState, Subject};
use crate::monitor::tick::{Around, tick};
use crate::spec::Expectation;

/// The state of a monitor that is new at `now`.
pub fn arm(id: MonitorId, expectation: &Expectation, now: i64) -> MonitorState {
    let mut state = MonitorState::new(now);
    let subject = Subject { id, expectation };
    state.expect_from(subject, now);
    let mut effects = Effects::default();
    state.settle(subject, &mut effects);
    state
}

/// The job's manifest, or what its agent applied, is different: `subject` holds what is expected from `now`
/// on, `before` what was. A monitor that had been removed is armed again.
pub fn declare(state: &mut MonitorState, subject: Subject<'_>, before: &Expectation, now: i64) -> Effects {
    let mut effects = Effects::default();
    let resumes = state.removed || (before.spec.paused && !subject.expectation.spec.paused);
    if std::mem::take(&mut state.removed) {
        state.watched_from = Some(now);
    }
    if resumes || before.beat != subject.expectation.beat {
        state.expect_from(subject, now);
    }
    effects.status_changed = before.spec != subject.expectation.spec;
    state.settle(subject, &mut effects);
    effects
}

/// The job is no more, or no longer in this place.
pub fn remove(state: &mut MonitorState, subject: Subject<'_>, now: i64) -> Effects {
    let mut effects = Effects { status_changed: !state.removed, ..Effects::default() };
    state.removed = true;
    state.expected_at = None;
    state.claimed.clear();
    state.begun.clear();
    state.stale_since = None;
    state.resolve(now, Resolution::Removed, None, &mut effects);
    state.settle(subject, &mut effects);
    effects
}

/// An operator pauses it.
pub fn pause(state: &mut MonitorState, subject: Subject<'_>) -> Effects {
    let mut effects = Effects::default();
    state.paused_by_operator = true;
    state.settle(subject, &mut effects);
    effects
}

/// An operator ends the pause: starts are expected from `now` on.
pub fn resume(state: &mut MonitorState, subject: Subject<'_>, now: i64) -> Effects {
    let mut effects = Effects::default();
    if std::mem::take(&mut state.paused_by_operator) {
        state.expect_from(subject, now);
    }
    state.settle(subject, &mut effects);
    effects
}

/// A maintenance begins that pauses: what was due before is decided, and nothing is judged until its end.
pub fn begin_maintenance(
    state: &mut MonitorState,
    subject: Subject<'_>,
    around: Around<'_>,
    now: i64,
) -> Effects {
    let mut effects = tick(state, subject, around, now);
    state.in_maintenance = true;
    state.settle(subject, &mut effects);
    effects
}

/// Its end: starts are expected from `now` on.
pub fn end_maintenance(state: &mut MonitorState, subject: Subject<'_>, now: i64) -> Effects {
    let mut effects = Effects::default();
    if std::mem::take(&mut state.in_maintenance) {
        state.expect_from(subject, now);
    }
    state.settle(subject, &mut effects);
    effects
}

/// An operator says that the incident is over. It opens again with the next bad run.
pub fn close_incident(state: &mut MonitorState, now: i64) -> Effects {
    let mut effects = Effects::default();
    state.resolve(now, Resolution::Operator, None, &mut effects);
    effects
}

/// The host is lost: nobody can say anything until it is back.
pub fn lose_host(state: &mut MonitorState, subject: Subject<'_>) -> Effects {
    let mut effects = Effects::default();
    state.host_lost = true;
    state.recheck_at = None;
    state.settle(subject, &mut effects);
    effects
}

/// The host is back at `now`, and what it had kept has been applied: what closed meanwhile stays unknown,
/// expectations resume.
pub fn regain_host(state: &mut MonitorState, subject: Subject<'_>, now: i64) -> Effects {
    let mut effects = tick(state, subject, Around::default(), now);
    state.host_lost = false;
    // Runs that were open when it was lost get their time limit counted from its return at the earliest.
    for run in state.open.iter_mut().filter(|r| r.is_running()) {
        run.traces.excused_to = Some(now);
    }
    state.settle(subject, &mut effects);
    effects
}

impl MonitorState {
    fn expect_from(&mut self, subject: Subject<'_>, now: i64) {
        self.watched_from = Some(self.watched_since());
        self.armed_at = now;
        self.claimed.clear();
        self.begun.clear();
        self.stale_since = None;
        self.recheck_at = None;
        self.expected_at = subject.expectation.next(now);
    }
}

//! What follows when nothing is heard.

use crate::check_in::BELIEVED_BACK_MS;
use crate::derive::unseen_run;
use crate::incident::IncidentKind;
use crate::monitor::effects::Effects;
use crate::monitor::state::{MonitorState, Past, Subject};
use crate::monitor::tally::Before;
use crate::outage::{Outage, covering, explaining};
use crate::run::{Run, RunStatus};
use crate::spec::Starter;

/// More rows than this are not written for starts nobody saw; the oldest are passed over.
const MOST_UNSEEN: usize = 500;

/// A host that is heard of and has still records to deliver is waited for so long: they may tell of what is overdue.
const PATIENCE_MS: i64 = 10 * 60_000;

/// A run that exceeded its limit is not given up for so long: whether it did may wait for its host.
const AFTER_LIMIT_MS: i64 = 86_400_000;

/// What a run says that is unknown because a signal of its job was put off.
const PUT_OFF: &str = "a check-in was put off";

/// How soon to look again when the host has not been heard of since.
const RECHECK_MS: i64 = 5_000;

/// What a tick has to know besides the time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// When silence says nothing: the service was away, or hardly anything came in from anybody.
    pub outages: &'a [Outage],
    /// When the agent was last heard of; `None` in ping mode.
    pub host_seen_at: Option<i64>,
    /// The agent said then that it has kept records it has yet to deliver.
    pub host_keeps_records: bool,
}

/// Decides whatever is overdue at `now`: missed starts, runs that took too long, a success that is missing
/// for too long.
pub fn tick(state: &mut MonitorState, subject: Subject<'_>, around: Around<'_>, now: i64) -> Effects {
    let before = Before::of(state);
    let mut effects = Effects::default();
    state.recheck_at = None;
    state.overdue_starts(subject, around, now, &mut effects);
    state.overdue_runs(subject, around, now, &mut effects);
    state.overdue_success(subject, around, now, &mut effects);
    state.forget_old(now);
    state.count(&before, &Past::default(), &effects);
    state.settle(subject, &mut effects);
    effects
}

/// Until when an end of the run is waited for: as long as signals are believed, and always for longer than it may take.
fn given_up(run: &Run, subject: Subject<'_>) -> i64 {
    let longest = subject.expectation.spec.max_runtime_ms.unwrap_or(0);
    let patience = BELIEVED_BACK_MS.max(longest.saturating_add(AFTER_LIMIT_MS));
    run.alive_at().unwrap_or(run.at).saturating_add(patience)
}

impl MonitorState {
    fn overdue_starts(&mut self, subject: Subject<'_>, around: Around<'_>, now: i64, effects: &mut Effects) {
        if !self.expects(subject) {
            return;
        }
        let expectation = subject.expectation;
        let mut overdue = Vec::new();
        while let Some(expected) = self.expected_at {
            let closes = self.closes(expectation, expected);
            if closes >= now || self.waits_for_host(subject, around, closes, now) {
                break;
            }
            overdue.push((expected, closes));
            self.take(expectation, expected);
            if overdue.len() > 2 * MOST_UNSEEN {
                overdue.drain(..MOST_UNSEEN);
            }
        }
        overdue.drain(..overdue.len().saturating_sub(MOST_UNSEEN));
        for (expected, closes) in overdue {
            let opens = expected.saturating_sub(expectation.spec.early_ms);
            let outage = explaining(around.outages, opens, closes, expected);
            let (status, reason) = match outage {
                _ if self.host_lost => (RunStatus::Unknown, Some("the host was lost")),
                Some(outage) => (RunStatus::Unknown, Some(outage.cause.reason())),
                None if self.was_put_off(opens, closes) => (RunStatus::Unknown, Some(PUT_OFF)),
                None => (RunStatus::Missed, None),
            };
            let mut run = Run::new(unseen_run(subject.id, expected), expected, status);
            run.expected_at = Some(expected);
            run.reason = reason.map(str::to_owned);
            let (first, last) = self.unfilled.unwrap_or((expected, expected));
            self.unfilled = Some((first.min(expected), last.max(expected)));
            self.judge(subject, &run, closes + 1, closes + 1, effects);
            effects.write(run);
        }
    }

    /// Whether what was due at `due` waits for word from the host: nobody heard of it since, or it has yet to
    /// deliver what it has kept.
    fn waits_for_host(&mut self, subject: Subject<'_>, around: Around<'_>, due: i64, now: i64) -> bool {
        let is_silent = around.host_seen_at.is_some_and(|seen| seen <= due);
        let delivers = around.host_keeps_records && now <= due.saturating_add(PATIENCE_MS);
        let by_agent = subject.expectation.spec.starter == Starter::Agent;
        let waits = by_agent && !self.host_lost && (is_silent || delivers);
        if waits {
            self.recheck_at = Some(now + RECHECK_MS);
        }
        waits
    }

    fn overdue_runs(&mut self, subject: Subject<'_>, around: Around<'_>, now: i64, effects: &mut Effects) {
        let mut open = std::mem::take(&mut self.open);
        open.retain_mut(|run| {
            run.count_by_clock(now);
            let alive = run.alive_at().unwrap_or(run.at);
            let given_up = given_up(run, subject);
            if !run.is_running() {
                return now <= given_up;
            }
            let limit = run.limit(subject.expectation.spec.max_runtime_ms);
            let (due, status, reason) = match limit {
                Some(due)
                    if due < now && !self.host_lost && !self.waits_for_host(subject, around, due, now) =>
                {
                    match explaining(around.outages, alive.min(due), due, due) {
                        Some(outage) => (due, RunStatus::Unknown, Some(outage.cause.reason())),
                        None if self.was_put_off(alive.min(due), due) => {
                            (due, RunStatus::Unknown, Some(PUT_OFF))
                        }
                        None => (due, RunStatus::TimedOut, None),
                    }
                }
                _ if given_up < now => (given_up, RunStatus::Unknown, Some("no end was reported")),
                _ => return true,
            };
            run.status = status;
            run.reason = reason.map(str::to_owned);
            self.judge(subject, run, due + 1, due + 1, effects);
            effects.write(run.clone());
            // What timed out stays, so that a nameless end still finds it.
            status == RunStatus::TimedOut
        });
        self.open = open;
    }

    fn overdue_success(&mut self, subject: Subject<'_>, around: Around<'_>, now: i64, effects: &mut Effects) {
        let Some(due) = self.success_due(subject) else { return };
        if due >= now || self.host_lost || self.waits_for_host(subject, around, due, now) {
            return;
        }
        // After an outage whoever kept a success has the time of one window to report it.
        if let Some(outage) = covering(around.outages, due)
            && outage.to.saturating_add(subject.expectation.late()) >= now
        {
            self.recheck_at = Some(now + RECHECK_MS);
            return;
        }
        self.stale_since = Some(due + 1);
        if self.incident.is_none() {
            self.open(subject, IncidentKind::Stale, None, due + 1, effects);
        }
    }

    /// When a success will have been missing for too long, unless that was found already.
    fn success_due(&self, subject: Subject<'_>) -> Option<i64> {
        let longest = subject.expectation.spec.max_since_success_ms?;
        let heard = self.last_success_at.max(self.put_off.last().copied());
        let since = heard.unwrap_or(self.armed_at).max(self.armed_at);
        (self.stale_since.is_none() && self.expects(subject)).then(|| since.saturating_add(longest))
    }

    fn forget_old(&mut self, now: i64) {
        let oldest = now.saturating_sub(2 * BELIEVED_BACK_MS);
        self.put_off.retain(|at| *at >= oldest);
        self.unfilled = self.unfilled.filter(|(_, last)| *last >= oldest).map(|(f, l)| (f.max(oldest), l));
    }

    /// Brings status and deadline up to what was decided.
    pub(crate) fn settle(&mut self, subject: Subject<'_>, effects: &mut Effects) {
        let status = self.judged_status(subject);
        effects.status_changed |= status != self.status;
        self.status = status;
        let start = self.expected_at.filter(|_| self.expects(subject));
        let start = start.map(|e| self.closes(subject.expectation, e));
        let success = self.success_due(subject).filter(|_| !self.host_lost);
        let longest = subject.expectation.spec.max_runtime_ms;
        let running = self.open.iter().filter(|r| r.is_running());
        let limits = running.clone().filter(|_| !self.host_lost).filter_map(|r| r.limit(longest));
        let given_up = self.open.iter().map(|r| given_up(r, subject));
        let due = limits.chain(given_up).chain(start).chain(success).map(|due| due.saturating_add(1));
        // While word from the host is awaited, what is overdue is looked at again at `recheck_at` only.
        self.deadline_at = match self.recheck_at {
            Some(recheck) => due.map(|d| if d <= recheck { recheck } else { d }).min(),
            None => due.min(),
        };
    }
}

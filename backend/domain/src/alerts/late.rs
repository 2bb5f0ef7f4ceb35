//! A start that is overdue while its window is still open: those who want to know early are told once.

use super::decide::dedup;
use super::{Concern, Occasion, Routed, Rules, Telling};
use crate::monitor::{Around, MonitorState, MonitorStatus};
use crate::spec::{MonitorSpec, Starter};

/// A start that nobody has seen yet. Times are UTC milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// When it should have started.
    pub expected_at: i64,
    /// From when on it is told: half of the window has passed, after the longest random delay. A start that takes a
    /// few seconds is told to nobody.
    pub told_at: i64,
    /// When its window closes; then it is missed.
    pub closes_at: i64,
}

impl Overdue {
    /// The start that was expected at `expected_at`.
    pub fn of(spec: &MonitorSpec, expected_at: i64) -> Self {
        let from = expected_at.saturating_add(spec.jitter_ms);
        Self {
            expected_at,
            told_at: from.saturating_add(spec.late_ms / 2),
            closes_at: from.saturating_add(spec.late_ms),
        }
    }

    /// The start of a monitor that is to be told as late at `now`, if there is one. There is none while nobody can
    /// say: the host was not heard of since or has yet to deliver what it has kept, the service itself was away, or it
    /// put a check-in off.
    pub fn find(state: &MonitorState, spec: &MonitorSpec, around: Around<'_>, now: i64) -> Option<Self> {
        if state.status_at(now) != MonitorStatus::Late {
            return None;
        }
        let overdue = Self::of(spec, state.expected_at?);
        let in_time = overdue.told_at <= now && now <= overdue.closes_at;
        let heard = match spec.starter {
            Starter::Agent => {
                !around.host_keeps_records && around.host_seen_at.is_some_and(|seen| seen >= overdue.told_at)
            }
            Starter::Elsewhere => true,
        };
        let away = around.outages.iter().any(|o| o.from <= now && o.to >= overdue.expected_at);
        let put_off = state.was_put_off(overdue.expected_at.saturating_sub(spec.early_ms), now);
        (in_time && heard && !away && !put_off).then_some(overdue)
    }
}

/// Who is told that a start is late; `None` while there is a silence, after whose end it is looked at again.
///
/// Only routes that name `late` tell it, and only by the steps that tell at once: nobody can take it, and what comes of
/// it is told by itself.
pub fn tell_late(rules: &Rules, concern: &Concern, now: i64) -> Option<Vec<Telling>> {
    if rules.silence(concern, now).is_some() {
        return None;
    }
    let Routed::Told(plans) = rules.route(concern) else { return Some(Vec::new()) };
    let mut tellings = Vec::new();
    for plan in &plans {
        for target in plan.steps.iter().flat_map(|step| &step.targets) {
            tellings.push(Telling {
                occasion: Occasion::Late,
                target: *target,
                route: plan.route.clone(),
                group: plan.group.clone(),
                number: 0,
            });
        }
    }
    dedup(&mut tellings);
    Some(tellings)
}

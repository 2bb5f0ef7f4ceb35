//! What the agent says of itself.

use std::collections::BTreeMap;

use crontopus_api::agent_v1::{JobReport, Report};
use crontopus_api::{Condition, ConditionKind, PlanStep, PlanView};
use crontopus_plan::{Action, Plan, Step};
use jiff::Timestamp;

use crate::desired::Desired;
use crate::host;
use crate::native::Native;
use crate::state::State;

/// A plan as people read it, with how each step went.
pub(crate) fn view(
    plan: &Plan,
    commit: Option<&str>,
    failures: &BTreeMap<usize, String>,
    now: Timestamp,
) -> PlanView {
    let step = |step: &Step, error: Option<&String>| PlanStep {
        action: action(step.action).into(),
        job: step.job.to_string(),
        reason: step.reason.clone(),
        before: step.before.clone(),
        after: step.after.as_ref().map(|entry| entry.text.clone()),
        error: error.cloned(),
    };
    PlanView {
        commit: commit.map(str::to_owned),
        made_at: now,
        steps: plan
            .steps
            .iter()
            .enumerate()
            .filter(|(at, s)| s.action != Action::Leave || failures.contains_key(at) || s.before.is_some())
            .filter(|(_, s)| s.action != Action::Leave)
            .map(|(at, s)| step(s, failures.get(&at)))
            .collect(),
        held: plan.held.as_ref().map(|hold| hold.reason.clone()).or_else(|| plan.unreadable.clone()),
    }
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Enable => "enable",
        Action::Disable => "disable",
        Action::Remove => "remove",
        Action::Repair => "repair",
        Action::Adopt => "adopt",
        Action::Leave => "leave",
    }
}

/// The whole report.
pub(crate) fn report(
    native: &Native,
    state: &State,
    desired: &Desired,
    trouble: Option<&str>,
    plan: Option<PlanView>,
) -> Report {
    let jobs = state
        .inventory
        .jobs
        .keys()
        .filter_map(|key| {
            let made = desired.made.get(key)?;
            Some(JobReport {
                job: key.to_string(),
                digest: made.spec.digest.clone(),
                applied: true,
                profile: made.profile.to_string(),
            })
        })
        .chain(desired.made.iter().filter(|(key, _)| !state.inventory.jobs.contains_key(*key)).map(
            |(key, made)| JobReport {
                job: key.to_string(),
                digest: made.spec.digest.clone(),
                applied: false,
                profile: made.profile.to_string(),
            },
        ))
        .collect();
    let mut conditions = desired.conditions.clone();
    if let Some(reason) = trouble {
        conditions.push(of_host(ConditionKind::Fetched, false, reason.to_owned()));
    }
    let failed = plan.iter().flat_map(|plan| &plan.steps);
    conditions.extend(failed.filter_map(|step| {
        let reason = step.error.clone()?;
        Some(Condition { job: Some(step.job.clone()), kind: ConditionKind::Applied, ok: false, reason })
    }));
    if let Some(reason) = plan.as_ref().and_then(|plan| plan.held.clone()) {
        conditions.push(of_host(ConditionKind::Applied, false, reason));
    }
    let ok = native.running && conditions.iter().all(|condition| condition.ok);
    conditions.push(of_host(ConditionKind::Healthy, ok, native.evidence.clone()));
    let drift =
        plan.as_ref().map_or(0, |plan| plan.steps.iter().filter(|step| step.action == "repair").count());
    Report {
        commit: state.applied_commit.clone(),
        rolling: state.rolling.clone(),
        scheduler: native.profile.to_string(),
        scheduler_running: native.running,
        timezone: host::timezone(),
        tzdata_version: host::tzdata_version(),
        version: env!("CARGO_PKG_VERSION").into(),
        jobs,
        conditions,
        plan,
        drift: drift as u64,
    }
}

fn of_host(kind: ConditionKind, ok: bool, reason: String) -> Condition {
    Condition { job: None, kind, ok, reason }
}

//! What the agent says of itself.

use std::collections::BTreeMap;
use std::path::Path;

use crontopus_api::agent_v1::{JobReport, Report};
use crontopus_api::{Condition, ConditionKind, PlanStep, PlanView};
use crontopus_manifest::spec::Layout;
use crontopus_plan::{Action, Form, JobKey, Plan, Step};
use crontopus_schedule::firing_profile;
use jiff::Timestamp;

use crate::agent::Trouble;
use crate::desired::Desired;
use crate::native::Native;
use crate::state::State;
use crate::{host, spec_files};

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
        steps: plan.steps.iter().enumerate().map(|(at, s)| step(s, failures.get(&at))).collect(),
        held: plan.held.as_ref().map(|hold| hold.reason.clone()).or_else(|| plan.unreadable.clone()),
    }
}

/// What the plan deliberately leaves as it is, and why: a change of it is worth a report although nothing is
/// done.
pub(crate) fn left(view: &PlanView) -> impl Iterator<Item = (&str, &str)> {
    let left = view.steps.iter().filter(|step| step.action == action(Action::Leave));
    left.map(|step| (step.job.as_str(), step.reason.as_str()))
}

/// Whether the step is about an entry that differs from Git: one that was put right, or one that is left
/// although something else is to stand there. What is kept in its last good form does not differ.
fn is_drift(step: &PlanStep) -> bool {
    step.action == action(Action::Repair) || step.action == action(Action::Leave) && step.after.is_some()
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

/// What the agent knows when it reports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) native: &'a Native,
    pub(crate) state: &'a State,
    pub(crate) desired: &'a Desired,
    /// The commit in force; empty while there is none.
    pub(crate) commit: &'a str,
    /// The file that names whose commits are taken, if not everybody's.
    pub(crate) signers: Option<&'a Path>,
    /// Why the newest commit is not in force, if it is not.
    pub(crate) trouble: Option<&'a Trouble>,
    /// What keeps the agent from doing its work, if anything does.
    pub(crate) hindrance: Option<&'a str>,
}

/// The whole report. `next` gives the next start of a job, already formatted.
pub(crate) fn report(
    known: Known<'_>,
    plan: Option<PlanView>,
    next: &dyn Fn(&JobKey) -> Option<String>,
) -> Report {
    let Known { native, state, desired, .. } = known;
    let jobs = jobs(known);
    let mut conditions = of_commit(known);
    conditions.extend(desired.conditions.iter().cloned());
    let failed = plan.iter().flat_map(|plan| &plan.steps);
    conditions.extend(failed.filter_map(|step| {
        let reason = step.error.clone()?;
        Some(Condition { job: Some(step.job.clone()), kind: ConditionKind::Applied, ok: false, reason })
    }));
    if let Some(reason) = plan.as_ref().and_then(|plan| plan.held.clone()) {
        conditions.push(of_host(ConditionKind::Applied, false, reason));
    }
    let ok = native.running && conditions.iter().all(|condition| condition.ok);
    conditions.push(match known.hindrance {
        Some(hindrance) => of_host(ConditionKind::Healthy, false, hindrance.to_owned()),
        None => of_host(ConditionKind::Healthy, ok, native.evidence.clone()),
    });
    for job in jobs.iter().filter(|job| job.applied) {
        conditions.extend(of_entry(known, job, next).into_iter().flatten());
    }
    let drift = plan.iter().flat_map(|plan| &plan.steps).filter(|step| is_drift(step)).count();
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

/// Every job the host holds or should hold. A job whose newest form cannot stand here, or that waits to be
/// removed, still starts by the form that stands, and is reported by it.
fn jobs(known: Known<'_>) -> Vec<JobReport> {
    let Known { layout, native, state, desired, .. } = known;
    let owned = &state.inventory.jobs;
    let newest = desired.jobs.iter().filter_map(|wanted| {
        let (made, Form::Wanted { entry, spec }) = (desired.made.get(&wanted.job)?, &wanted.form) else {
            return None;
        };
        let stands = owned.get(&wanted.job).is_some_and(|owned| owned.entry == *entry && owned.spec == *spec);
        Some(JobReport {
            job: wanted.job.to_string(),
            digest: made.spec.digest.clone(),
            applied: stands,
            profile: made.profile.to_string(),
        })
    });
    let older = owned.keys().filter(|key| !desired.made.contains_key(*key)).filter_map(|key| {
        let spec = spec_files::read(layout, key.as_str())?;
        let profile = firing_profile(native.profile, spec.guard.is_some());
        Some(JobReport {
            job: key.to_string(),
            digest: spec.digest,
            applied: true,
            profile: profile.to_string(),
        })
    });
    newest.chain(older).collect()
}

/// Whether the newest commit is here and trusted.
fn of_commit(known: Known<'_>) -> Vec<Condition> {
    if let Some(trouble) = known.trouble {
        let kind = if trouble.distrusted { ConditionKind::Verified } else { ConditionKind::Fetched };
        return vec![of_host(kind, false, trouble.reason.clone())];
    }
    if known.commit.is_empty() {
        return Vec::new();
    }
    let verified = match known.signers {
        Some(path) => format!("it is signed by a key of {}", path.display()),
        None => "this host asks for no signature".to_owned(),
    };
    vec![
        of_host(ConditionKind::Fetched, true, format!("commit {}", known.commit)),
        of_host(ConditionKind::Verified, true, verified),
    ]
}

/// What can be said of an entry that stands; the stages before it are said only where they have something to
/// say.
fn of_entry(
    known: Known<'_>,
    job: &JobReport,
    next: &dyn Fn(&JobKey) -> Option<String>,
) -> Option<[Condition; 2]> {
    let key: JobKey = job.job.parse().ok()?;
    let owned = known.state.inventory.jobs.get(&key)?;
    let of_job = |kind, ok, reason| Condition { job: Some(job.job.clone()), kind, ok, reason };
    let loaded = match next(&key) {
        _ if !known.native.running => known.native.evidence.clone(),
        _ if !owned.entry.enabled => "it is paused".to_owned(),
        Some(next) => format!("next start {next}"),
        None => "no time is expected".to_owned(),
    };
    Some([
        of_job(ConditionKind::Applied, true, owned.entry.path.clone()),
        of_job(ConditionKind::Loaded, known.native.running, loaded),
    ])
}

fn of_host(kind: ConditionKind, ok: bool, reason: String) -> Condition {
    Condition { job: None, kind, ok, reason }
}

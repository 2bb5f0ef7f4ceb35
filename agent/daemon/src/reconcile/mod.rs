//! Observe, plan, apply: one pass over the host.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::Context as _;
use crontopus_clock::Clock;
use crontopus_manifest::spec::Layout;
use crontopus_plan::{Action, ContentHash, JobKey, Observed, Plan, RepairPace, Rules, Sight, Step, plan};
use crontopus_schedulers::{Scheduler, settle_time};
use jiff::Timestamp;

use crate::desired::Desired;
use crate::state::State;
use crate::{journal, spec_files};

/// What an apply did.
#[derive(Debug, Default)]
#[must_use]
pub(crate) struct Applied {
    /// Why a step failed, by its position among the plan's steps.
    pub(crate) failures: BTreeMap<usize, String>,
}

/// Everything that stands on the host and could be ours.
pub(crate) fn observe(layout: &Layout, scheduler: &mut dyn Scheduler) -> Observed {
    let mut sight = || -> anyhow::Result<Sight> {
        let entries = scheduler.observe()?;
        let mut specs = BTreeMap::new();
        for job in spec_files::list(layout)? {
            let path = layout.spec(&job);
            let bytes = match std::fs::read(&path) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                read => read.with_context(|| format!("cannot read {}", path.display()))?,
            };
            if let Ok(key) = job.parse::<JobKey>() {
                specs.insert(key, ContentHash::of(&bytes));
            }
        }
        Ok(Sight { entries, specs })
    };
    match sight() {
        Ok(sight) => Observed::Read(sight),
        Err(e) => Observed::Unreadable { reason: format!("{e:#}") },
    }
}

/// Takes up an apply that was cut short: what it did is noted, what it did not do the next plan finds, and
/// what it left behind goes. For whoever holds the agent's lock: without it, the journal may be that of an
/// apply that is just going on.
pub(crate) fn recover(
    layout: &Layout,
    observed: &Observed,
    state: &mut State,
    now: Timestamp,
) -> anyhow::Result<()> {
    let (Some(steps), Observed::Read(sight)) = (journal::unfinished(layout)?, observed) else {
        return Ok(());
    };
    let recovered = journal::recover(&steps, sight, &mut state.inventory, now);
    state.settle_due = Some(settle_time(now));
    tracing::info!(steps = steps.len(), done = recovered.done, "an apply was cut short and is taken up");
    for job in &recovered.gone {
        spec_files::remove(layout, job.as_str())?;
    }
    state.save(layout)?;
    journal::end(layout)
}

/// What there is to do.
pub(crate) fn make_plan(
    desired: &Desired,
    observed: &Observed,
    state: &State,
    confirmed: bool,
    now: Timestamp,
) -> Plan {
    let mut rules = Rules::new(now, desired.repository_jobs);
    rules.brakes.confirmed = confirmed;
    plan(&desired.jobs, observed, &state.inventory, &rules)
}

/// Does it: spec files before entries, entries before the removal of spec files. Each step stands on its
/// own.
pub(crate) fn apply(
    layout: &Layout,
    scheduler: &mut dyn Scheduler,
    state: &mut State,
    desired: &Desired,
    plan: &Plan,
    clock: &dyn Clock,
) -> anyhow::Result<Applied> {
    let mut applied = Applied::default();
    if plan.changes().next().is_none() {
        return Ok(applied);
    }
    journal::begin(layout, &plan.steps)?;
    let mut sent = Vec::new();
    for (at, step) in plan.steps.iter().enumerate() {
        match write_spec(layout, desired, step) {
            Ok(()) => sent.push((at, step.clone())),
            Err(e) => {
                applied.failures.insert(at, format!("{e:#}"));
            }
        }
    }
    let steps: Vec<Step> = sent.iter().map(|(_, step)| step.clone()).collect();
    let outcome = scheduler.apply(&steps);
    let now = clock.now();
    if outcome.settle {
        state.settle_due = Some(settle_time(now));
    }
    for ((at, step), result) in sent.into_iter().zip(outcome.results) {
        match result {
            Ok(()) => {
                let gone = step.action == Action::Remove && !desired.made.contains_key(&step.job);
                // The job stays in the inventory while something of it is left, so that the next plan sees it.
                if gone && let Err(e) = spec_files::remove(layout, step.job.as_str()) {
                    applied.failures.insert(at, format!("{e:#}"));
                    continue;
                }
                state.inventory.record(now, &step, &RepairPace::default());
            }
            Err(e) => {
                applied.failures.insert(at, format!("{:#}", anyhow::Error::from(e)));
            }
        }
    }
    state.save(layout)?;
    journal::end(layout)?;
    Ok(applied)
}

fn write_spec(layout: &Layout, desired: &Desired, step: &Step) -> anyhow::Result<()> {
    if matches!(step.action, Action::Leave | Action::Remove) {
        return Ok(());
    }
    match desired.made.get(&step.job) {
        Some(made) => spec_files::write(layout, &made.spec, &made.user),
        // A repair of the last good form: its spec is the one that is remembered, or there is none to mend.
        None => Ok(()),
    }
}

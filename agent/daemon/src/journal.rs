//! The write-ahead journal: what an apply is about to do, so that one that was cut short can be taken up.
//!
//! It is written before the first step and removed after the inventory was saved. If it is found at the
//! start, each of its steps either stands on the host already, entry and spec file (then the inventory takes
//! note of it), or not (then the next plan finds the difference by itself). So nothing is repeated blindly.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use crontopus_manifest::spec::Layout;
use crontopus_plan::{Action, Inventory, JobKey, RepairPace, Sight, Step};
use jiff::Timestamp;

use crate::files;

/// Writes down the steps that are about to be done.
pub(crate) fn begin(layout: &Layout, steps: &[Step]) -> anyhow::Result<()> {
    files::replace(&path(layout), &serde_json::to_vec(steps)?, 0o600)
}

/// Forgets them: everything is in the inventory.
pub(crate) fn end(layout: &Layout) -> anyhow::Result<()> {
    files::remove(&path(layout))
}

/// The steps of an apply that was cut short.
pub(crate) fn unfinished(layout: &Layout) -> anyhow::Result<Option<Vec<Step>>> {
    let path = path(layout);
    match fs::read(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        text => {
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            Ok(Some(serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))?))
        }
    }
}

/// What became of the steps of an apply that was cut short.
#[derive(Debug, Default)]
#[must_use]
pub(crate) struct Recovered {
    /// So many were done to the end.
    pub(crate) done: usize,
    /// Jobs that have no entry and are in no inventory: what else there is of them is to go.
    pub(crate) gone: Vec<JobKey>,
}

/// Takes note of what `sight` shows to be done: an entry and its spec file. Of a step that was done by half,
/// the half that stands is ours from now on, so that the next plan completes it and takes it for nobody's
/// edit.
pub(crate) fn recover(steps: &[Step], sight: &Sight, inventory: &mut Inventory, now: Timestamp) -> Recovered {
    let mut done = 0;
    for step in steps {
        let found = sight.entries.iter().find(|entry| entry.path == step.path);
        let (entry_stands, spec_stands) = match (step.action, &step.after) {
            (Action::Leave, _) => continue,
            (Action::Remove, _) => (found.is_none(), found.is_none()),
            (_, None) => continue,
            (_, Some(after)) => {
                let entry = found.is_some_and(|entry| entry.hash == after.hash());
                (entry, step.spec.is_some() && sight.specs.get(&step.job) == step.spec.as_ref())
            }
        };
        if entry_stands && spec_stands {
            inventory.record(now, step, &RepairPace::default());
            done += 1;
            continue;
        }
        let (Some(after), Some(spec)) = (&step.after, &step.spec) else { continue };
        if let Some(owned) = inventory.jobs.get_mut(&step.job).filter(|owned| owned.entry.path == after.path)
        {
            if entry_stands {
                owned.entry.clone_from(after);
            }
            if spec_stands {
                owned.spec.clone_from(spec);
            }
        }
    }
    let stands = |step: &Step| {
        inventory.jobs.contains_key(&step.job)
            || sight.entries.iter().any(|entry| entry.is_marked_for(&inventory.installation, &step.job))
    };
    let gone = steps.iter().filter(|step| !stands(step)).map(|step| step.job.clone()).collect();
    Recovered { done, gone }
}

fn path(layout: &Layout) -> PathBuf {
    layout.root().join("journal.json")
}

//! The write-ahead journal: what an apply is about to do, so that one that was cut short can be taken up.
//!
//! It is written before the first step and removed after the inventory was saved. If it is found at the
//! start, each of its steps either stands on the host already (then the inventory takes note of it) or
//! not (then the next plan finds the difference by itself). So nothing is repeated blindly.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use crontopus_manifest::spec::Layout;
use crontopus_plan::{Action, Inventory, RepairPace, Sight, Step};
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

/// Takes note of the steps that `sight` shows to be done; how many they are.
pub(crate) fn recover(steps: &[Step], sight: &Sight, inventory: &mut Inventory, now: Timestamp) -> usize {
    let stands = |step: &Step| {
        let found = sight.entries.iter().find(|entry| entry.path == step.path);
        match (step.action, &step.after) {
            (Action::Leave, _) => false,
            (Action::Remove, _) => found.is_none(),
            (_, Some(after)) => found.is_some_and(|entry| entry.hash == after.hash()),
            (_, None) => false,
        }
    };
    let done: Vec<&Step> = steps.iter().filter(|step| stands(step)).collect();
    for step in &done {
        inventory.record(now, step, &RepairPace::default());
    }
    done.len()
}

fn path(layout: &Layout) -> PathBuf {
    layout.root().join("journal.json")
}

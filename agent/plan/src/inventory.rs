use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Action, ContentHash, Entry, JobKey, RepairPace, Step};

/// What the agent has written on this host: the third leg of ownership, beside marker and path.
///
/// The caller keeps it on disk and feeds each applied step to [`Inventory::record`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The agent's installation, as in every marker it writes.
    pub installation: String,
    /// Everything owned.
    pub jobs: BTreeMap<JobKey, Owned>,
}

/// One entry the agent has written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// The entry as written: also the last good form of a job whose manifest is now invalid.
    pub entry: Entry,
    /// Hash of the spec file written with it.
    pub spec: ContentHash,
    /// Repairs since the entry was last left alone for as long as [`RepairPace::calm`].
    #[serde(default)]
    pub repairs: u32,
    /// When it was repaired last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repaired_at: Option<Timestamp>,
}

impl Inventory {
    /// An empty inventory of `installation`.
    pub fn new(installation: impl Into<String>) -> Self {
        Self { installation: installation.into(), jobs: BTreeMap::new() }
    }

    /// Takes note of a step that was carried out at `now`.
    pub fn record(&mut self, now: Timestamp, step: &Step, pace: &RepairPace) {
        match (step.action, &step.after, &step.spec) {
            (Action::Leave, ..) => {}
            // A job that moved stays owned at its new place.
            (Action::Remove, ..) => {
                self.jobs.retain(|job, owned| *job != step.job || owned.entry.path != step.path)
            }
            (action, Some(entry), Some(spec)) => {
                let (mut repairs, mut repaired_at) = match self.jobs.get(&step.job) {
                    Some(owned) => (owned.repairs_at(now, pace), owned.repaired_at),
                    None => (0, None),
                };
                if action == Action::Repair {
                    repairs = repairs.saturating_add(1);
                    repaired_at = Some(now);
                }
                let owned = Owned { entry: entry.clone(), spec: spec.clone(), repairs, repaired_at };
                self.jobs.insert(step.job.clone(), owned);
            }
            // Every action but those above carries both; see `Step::after`.
            _ => {}
        }
    }
}

impl Owned {
    /// Repairs that still count at `now`.
    pub(crate) fn repairs_at(&self, now: Timestamp, pace: &RepairPace) -> u32 {
        match self.repaired_at {
            Some(last) if now.duration_since(last) < pace.calm => self.repairs,
            _ => 0,
        }
    }

    /// When the next repair is allowed.
    pub(crate) fn next_repair(&self, now: Timestamp, pace: &RepairPace) -> Timestamp {
        match (self.repaired_at, self.repairs_at(now, pace)) {
            (Some(last), repairs @ 1..) => last.saturating_add(pace.pause_after(repairs)).unwrap_or(last),
            _ => now,
        }
    }
}

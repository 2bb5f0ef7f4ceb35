//! What a tenant has, and what it sent.

use std::collections::BTreeMap;

use crontopus_domain::statistics::{DAY_MS, start_of};
use crontopus_store::Holdings;

use crate::access::Actor;
use crate::git::MOST_REPOSITORIES;
use crate::ingest::MOST_DISCOVERED;
use crate::{App, Result};

/// Days that are told, today included.
const DAYS: i64 = 30;

/// What a tenant has, and what it sent in the last days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// When it was counted, UTC milliseconds.
    pub at: i64,
    /// How many of each there are.
    pub holdings: Holdings,
    /// Outputs that are kept.
    pub outputs: i64,
    /// Bytes they take, compressed.
    pub output_bytes: i64,
    /// The last days of UTC without a gap, oldest first.
    pub days: Vec<DayOfUsage>,
    /// Repositories there may be.
    pub most_repositories: u32,
    /// Things there may be that checked in without being declared.
    pub most_discovered: i64,
}

/// What was sent in one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayOfUsage {
    /// When the day begins, UTC milliseconds.
    pub day: i64,
    /// Check-ins that were accepted.
    pub check_ins: i64,
    /// Runs that ended, well or not.
    pub runs: i64,
    /// Runs that were expected and did not come.
    pub missed: i64,
    /// Bytes of the day's outputs that are still kept.
    pub output_bytes: i64,
}

impl App {
    /// What the actor's tenant has and sent. It reads sums alone: 1,440 half hours, 30 days, and indexes.
    pub async fn usage(&self, actor: &Actor) -> Result<Usage> {
        let at = self.now_ms();
        let today = start_of(at, DAY_MS);
        let from = today - (DAYS - 1) * DAY_MS;
        let mut read = self.read(actor.tenant_id).await?;
        let holdings = read.count_holdings().await?;
        let (outputs, output_bytes) = read.sum_outputs().await?;
        let sent = read.list_usage_days(from).await?;
        let slots = read.list_slots(from, today + DAY_MS).await?;
        drop(read);
        let mut days: BTreeMap<i64, DayOfUsage> = (0..DAYS)
            .map(|n| (from + n * DAY_MS, DayOfUsage { day: from + n * DAY_MS, ..DayOfUsage::default() }))
            .collect();
        for row in sent {
            if let Some(day) = days.get_mut(&row.day) {
                (day.check_ins, day.output_bytes) = (row.check_ins, row.output_bytes);
            }
        }
        for (slot, counts) in slots {
            if let Some(day) = days.get_mut(&start_of(slot, DAY_MS)) {
                day.runs += counts.succeeded + counts.failed + counts.timed_out + counts.unknown;
                day.missed += counts.missed;
            }
        }
        Ok(Usage {
            at,
            holdings,
            outputs,
            output_bytes,
            days: days.into_values().collect(),
            most_repositories: MOST_REPOSITORIES,
            most_discovered: MOST_DISCOVERED,
        })
    }
}

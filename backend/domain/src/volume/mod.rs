//! Whether check-ins stop coming in from everybody at once, which says more about us than about their jobs.
//!
//! Check-ins are counted for each minute in a few lanes, each tenant's in always the same one. [`Reading::of`] compares
//! a minute with the same minute of earlier days, and [`VolumeGuard`] decides what follows: for as long as a sharp fall
//! goes on, and never for longer than [`LONGEST_MS`], silence says nothing about a job.

mod guard;
mod reading;

use crontopus_ids::TenantId;
use serde::{Deserialize, Serialize};

pub use guard::{BUDGET_MS, Fall, LONGEST_MS, Turn, VolumeGuard};
pub use reading::{DAYS_BACK, FEWEST_LANES, Reading, WIDEST, compared};

/// Milliseconds of a minute.
pub const MINUTE_MS: i64 = 60_000;

/// Minutes of a day.
pub const DAY_MINUTES: i64 = 1_440;

/// So many lanes there are. Tenants share them; a tenant, however large, has one.
pub const LANES: usize = 64;

/// Check-ins of one minute, by lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct Volume([u32; LANES]);

/// Counts of another number of lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a volume has at most {LANES} lanes")]
pub struct TooManyLanes;

impl Volume {
    /// Nothing.
    pub const NONE: Self = Self([0; LANES]);

    /// Counts one check-in of `tenant`.
    pub fn note(&mut self, tenant: TenantId) {
        let lane = &mut self.0[Self::lane(tenant)];
        *lane = lane.saturating_add(1);
    }

    /// The lane of a tenant. The last bits of an id are random.
    pub fn lane(tenant: TenantId) -> usize {
        (tenant.uuid().as_u128() % LANES as u128) as usize
    }

    /// Adds what another process counted, or another minute.
    pub fn add(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own = own.saturating_add(other);
        }
    }

    /// Check-ins in a lane.
    pub fn of(&self, lane: usize) -> u32 {
        self.0.get(lane).copied().unwrap_or(0)
    }
}

impl TryFrom<Vec<u32>> for Volume {
    type Error = TooManyLanes;

    fn try_from(counts: Vec<u32>) -> Result<Self, TooManyLanes> {
        let mut volume = Self::NONE;
        volume.0.get_mut(..counts.len()).ok_or(TooManyLanes)?.copy_from_slice(&counts);
        Ok(volume)
    }
}

impl From<Volume> for Vec<u32> {
    /// Lanes at the end in which nothing came are left out.
    fn from(volume: Volume) -> Self {
        let last = volume.0.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
        volume.0[..last].to_vec()
    }
}

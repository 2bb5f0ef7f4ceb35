use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What the planner obeys besides the desired state.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The present time, for the pace of repairs.
    pub now: Timestamp,
    /// When a removal waits for a human.
    pub brakes: Brakes,
    /// How often an entry that somebody keeps editing is put right.
    pub repairs: RepairPace,
}

impl Rules {
    /// The product's own rules, for a repository that holds `repository_jobs` jobs.
    pub fn new(now: Timestamp, repository_jobs: usize) -> Self {
        Self { now, brakes: Brakes::new(repository_jobs), repairs: RepairPace::default() }
    }
}

/// When a removal waits for a human: a repository that was wiped, a wrong branch or a selector with a
/// slip must not take the jobs off every host.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Brakes {
    /// Jobs the commit holds for any host; with 0 every removal waits.
    pub repository_jobs: usize,
    /// So many removals always pass.
    pub free_removals: usize,
    /// More removals pass up to this part of the owned jobs (0.3 = 30 %).
    pub part: f64,
    /// A human has confirmed the removals of this commit.
    pub confirmed: bool,
}

impl Brakes {
    /// More than 3 removals that are more than 30 % wait, and all of them when the repository is empty.
    pub fn new(repository_jobs: usize) -> Self {
        Self { repository_jobs, free_removals: 3, part: 0.3, confirmed: false }
    }

    /// Why `removals` of `owned` jobs have to wait; `None` when they may pass.
    pub(crate) fn reason_to_hold(&self, removals: usize, owned: usize) -> Option<String> {
        if self.confirmed || removals == 0 {
            return None;
        }
        if self.repository_jobs == 0 {
            return Some(format!("the repository is empty, which would remove {removals} of {owned} jobs"));
        }
        let too_many = removals > self.free_removals && removals as f64 > self.part * owned as f64;
        too_many.then(|| {
            format!(
                "it would remove {removals} of {owned} jobs, more than {} and more than {:.0} %",
                self.free_removals,
                self.part * 100.0
            )
        })
    }
}

/// How often an entry that somebody keeps editing is put right: at once the first time, then after
/// pauses that double.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairPace {
    /// Pause after the first repair.
    pub first: SignedDuration,
    /// Longest pause.
    pub longest: SignedDuration,
    /// After so long without a repair the count begins anew.
    pub calm: SignedDuration,
}

impl Default for RepairPace {
    fn default() -> Self {
        Self {
            first: SignedDuration::from_mins(1),
            longest: SignedDuration::from_hours(1),
            calm: SignedDuration::from_hours(6),
        }
    }
}

impl RepairPace {
    pub(crate) fn pause_after(&self, repairs: u32) -> SignedDuration {
        let doublings = repairs.saturating_sub(1).min(30);
        self.first.checked_mul(1 << doublings).map_or(self.longest, |pause| pause.min(self.longest))
    }
}

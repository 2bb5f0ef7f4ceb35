use crontopus_ids::RunId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{JobSummary, RunStatus};

/// One page of jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobPage {
    /// The rows.
    pub items: Vec<JobSummary>,
    /// Give it as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// How many of the tenant's jobs are how, whatever the filter; with `include=counts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<JobCounts>,
}

/// How many jobs are how. Each is counted once, by the worst of its monitors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobCounts {
    /// Jobs in force.
    pub all: u64,
    /// A monitor is failing.
    pub failing: u64,
    /// A start is overdue but still inside its window.
    pub late: u64,
    /// The host is lost, or the server was away.
    pub unknown: u64,
    /// Well.
    pub ok: u64,
    /// Armed, nothing seen yet.
    pub pending: u64,
    /// Nothing is expected on purpose.
    pub paused: u64,
    /// The newest manifest has errors.
    pub invalid: u64,
    /// The manifest says `enabled: false`.
    pub disabled: u64,
    /// No host holds it.
    pub unplaced: u64,
}

/// How a job did lately; with `include=recent`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobRecent {
    /// The last 30 runs over all places, the oldest first.
    pub runs: Vec<RunMark>,
    /// The median of how long the good ones of these took, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<i64>,
    /// What 95 % of them did not exceed, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<i64>,
    /// The last of the runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<LastRun>,
    /// Why the job is not well, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Hosts that hold it, by name, up to three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
}

/// One run in a strip: short names, because there are many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunMark {
    /// How it is.
    pub status: RunStatus,
    /// Milliseconds it took; absent when it did not run or goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<i64>,
    /// When it started, or should have, to the second.
    pub at: Timestamp,
}

/// The last run of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastRun {
    /// Id.
    pub id: RunId,
    /// How it is.
    pub status: RunStatus,
    /// Its place in lists: when it started, or should have.
    pub at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Milliseconds it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i64>,
    /// Number of the signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i64>,
    /// Where it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

use std::collections::BTreeMap;

use crontopus_ids::RunId;
use serde::{Deserialize, Serialize};

mod conclude;
mod hear;
mod traces;

pub(crate) use conclude::Limits;
pub use traces::{Traces, Weight};

words! {
    /// How a run is.
    RunStatus {
        /// It goes on.
        Running = "running",
        /// It ended well.
        Succeeded = "succeeded",
        /// It ended badly.
        Failed = "failed",
        /// It took longer than it may.
        TimedOut = "timed_out",
        /// It was expected and did not start.
        Missed = "missed",
        /// It did not start on purpose: the previous one still went on.
        Skipped = "skipped",
        /// Nobody can say: the host was lost or the service was away.
        Unknown = "unknown",
    }
}

/// One execution, expected or seen. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Id: the wrapper's own, or made from the monitor and what names the run.
    pub id: RunId,
    /// Place in lists, which never changes: the first moment that was known of it.
    pub at: i64,
    /// How it is.
    pub status: RunStatus,
    /// Why, when the status alone does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The expected start it claims; `None` for a run nobody expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<i64>,
    /// When it started, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<i64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<i64>,
    /// Milliseconds it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Number of the signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// The run id the sender gave, when it is not this run's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Host it ran on, as the sender said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Environment, as the sender said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// How far the sender's time was from ours, when it was not believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew_ms: Option<i64>,
    /// Attempts, when it was tried more than once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// Bytes it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_bytes: Option<i64>,
    /// What it used.
    #[serde(default, skip_serializing_if = "Usage::is_empty")]
    pub usage: Usage,
    /// Numbers the sender wants kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, f64>,
    /// Its start was reported (not only concluded from a duration).
    #[serde(default)]
    pub start_seen: bool,
    /// Its end was reported.
    #[serde(default)]
    pub end_seen: bool,
    /// Whether the reported end was a success.
    #[serde(default)]
    pub ended_well: bool,
    /// What is remembered of its signals beside.
    #[serde(default, skip_serializing_if = "Traces::is_empty")]
    pub traces: Traces,
}

/// One attempt of a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attempt {
    /// When it started, UTC milliseconds.
    pub started_at: i64,
    /// Milliseconds.
    pub duration_ms: i64,
    /// Exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Signal number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
}

/// What a run used of the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Usage {
    /// Milliseconds of CPU in user mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_ms: Option<i64>,
    /// Milliseconds of CPU in the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_ms: Option<i64>,
    /// Largest resident set in KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rss_kib: Option<i64>,
}

impl Usage {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Run {
    /// A run of which nothing but its place and status is known.
    pub(crate) fn new(id: RunId, at: i64, status: RunStatus) -> Self {
        Self {
            id,
            at,
            status,
            reason: None,
            expected_at: None,
            started_at: None,
            finished_at: None,
            duration_ms: None,
            exit_status: None,
            signal: None,
            external_id: None,
            host: None,
            environment: None,
            skew_ms: None,
            attempts: Vec::new(),
            output_bytes: None,
            usage: Usage::default(),
            metrics: BTreeMap::new(),
            start_seen: false,
            end_seen: false,
            ended_well: false,
            traces: Traces::default(),
        }
    }

    /// Whether it stands for a start that nobody saw, which a late report may still fill.
    pub fn is_unfilled(&self) -> bool {
        matches!(self.status, RunStatus::Missed | RunStatus::Unknown) && !self.start_seen && !self.end_seen
    }

    /// Whether it goes on.
    pub fn is_running(&self) -> bool {
        self.status == RunStatus::Running
    }
}

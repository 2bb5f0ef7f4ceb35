use crontopus_ids::RunId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CheckInOutcome, RunAttempt};

/// `POST /agent/v1/check-ins`: up to 1,000, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentCheckIns {
    /// Check-ins.
    pub items: Vec<AgentCheckIn>,
}

/// What a wrapper said of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgentCheckIn {
    /// `namespace/name`.
    pub job: String,
    /// UUIDv7 made by the wrapper; it becomes the run's own id.
    pub run_id: String,
    /// What is said.
    pub kind: AgentCheckInKind,
    /// When, by the host's clock corrected by the agent's known offset.
    pub at: Timestamp,
    /// The true occurrence a guarded run claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Timestamp>,
    /// Digest of the manifest the run was started with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Exit status of the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// The wrapper ended it because `kill.after` had passed.
    #[serde(default)]
    pub killed: bool,
    /// Why it could not start, or was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Attempts when it was tried more than once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<RunAttempt>,
    /// What was kept of the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<RecordedOutput>,
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

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentCheckInKind {
    /// The run began.
    Start,
    /// It ended.
    End,
    /// It did not take place: the previous one still went on.
    Skipped,
    /// An entry ran for a job that no longer is.
    Orphan,
}

/// What was kept of the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordedOutput {
    /// Base64 of the kept bytes; when something was dropped, of the head.
    pub head: String,
    /// Base64 of the end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tail: String,
    /// Bytes the run wrote.
    pub total_bytes: u64,
    /// Bytes dropped between head and tail.
    pub dropped_bytes: u64,
}

/// The answer: everything accepted is on disk; delete it from the spool. What was not accepted will never
/// be, and is kept in the log of rejected check-ins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgentCheckInsAnswer {
    /// One outcome for each, in order.
    pub items: Vec<CheckInOutcome>,
}

impl AgentCheckIn {
    /// The run id as our own id, if it is a UUID.
    pub fn run(&self) -> Option<RunId> {
        let hex: String = self.run_id.chars().filter(|c| *c != '-').collect();
        let bits = u128::from_str_radix(&hex, 16).ok().filter(|_| hex.len() == 32)?;
        Some(RunId::from_bits(bits))
    }
}

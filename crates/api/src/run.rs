use std::collections::BTreeMap;

use crontopus_ids::{AgentId, MonitorId, RunId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One execution, expected or seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// Id.
    pub id: RunId,
    /// The monitor.
    pub monitor_id: MonitorId,
    /// Namespace of the job.
    pub namespace: String,
    /// Name of the job.
    pub name: String,
    /// The agent; absent in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// The host's name, as the agent or the check-in gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The run id the sender gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// How it is.
    pub status: RunStatus,
    /// Why it is judged so, when the status alone does not say: `killed`, `too_short`, `late report`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The expected start it claims; absent for a run nobody expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<Timestamp>,
    /// When it started, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Signal number that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Attempts when it was tried more than once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<RunAttempt>,
    /// Bytes of output it wrote; absent when nothing is known of its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_bytes: Option<i64>,
    /// Milliseconds of CPU in user mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_ms: Option<i64>,
    /// Milliseconds of CPU in the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_ms: Option<i64>,
    /// Largest resident set in KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rss_kib: Option<i64>,
    /// Environment, as the sender gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Numbers the sender wants kept, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, f64>,
    /// When the row was made.
    pub created_at: Timestamp,
}

/// How a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// It goes on.
    Running,
    /// It ended well.
    Succeeded,
    /// It ended badly.
    Failed,
    /// It took longer than it may.
    TimedOut,
    /// It was expected and did not start.
    Missed,
    /// The previous run still went on; it did not start on purpose.
    Skipped,
    /// Nobody can say: the host was lost or the server was away.
    Unknown,
}

/// One attempt of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunAttempt {
    /// When it started.
    pub started_at: Timestamp,
    /// Milliseconds.
    pub duration_ms: u64,
    /// Exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Signal number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
}

/// `GET /api/v1/runs/{id}/output` with `Accept: application/json`; without it the bytes themselves are
/// answered as `application/octet-stream`, head and tail joined by one line that says what was dropped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunOutput {
    /// Base64 of the kept bytes; when something was dropped, of the head.
    pub head: String,
    /// Base64 of the end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tail: String,
    /// Bytes the run wrote.
    pub total_bytes: i64,
    /// Bytes dropped between head and tail.
    pub dropped_bytes: i64,
}

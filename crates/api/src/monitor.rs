use crontopus_ids::{AgentId, JobId, MonitorId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is expected of one job in one place, and how it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Monitor {
    /// Id.
    pub id: MonitorId,
    /// The job.
    pub job_id: JobId,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The host; absent in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// The host's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// How it is.
    pub status: MonitorStatus,
    /// Whose firing rules the expectation follows, like `debian-cron`.
    pub profile: String,
    /// IANA zone the expectation is computed in.
    pub timezone: String,
    /// Next expected start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<Timestamp>,
    /// When something would be overdue: the window of the next start, or the end of the first open run's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<Timestamp>,
    /// Runs going on.
    pub open_runs: u32,
    /// Bad runs since the last good one.
    pub consecutive_bad: u32,
    /// When the last good run ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<Timestamp>,
    /// When a run was last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run_at: Option<Timestamp>,
    /// Whether an operator paused it (a manifest's `paused` shows in the status alone).
    pub paused_by_operator: bool,
    /// What a client of another monitor says is to be expected; only where one monitor is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<crate::MonitorProposal>,
}

/// How a monitor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MonitorStatus {
    /// Armed, nothing seen yet.
    Pending,
    /// The last run was good.
    Ok,
    /// A start is overdue but still inside its window.
    Late,
    /// The last run was bad.
    Failing,
    /// Nothing is expected on purpose.
    Paused,
    /// The host is lost, or the server was away.
    Unknown,
}

/// `POST /api/v1/monitors/{id}/key`: a new check-in key; the old one ends at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MonitorKey {
    /// The secret, shown this once.
    pub key: String,
    /// The address to report to: `<server>/in/<key>`.
    pub url: String,
    /// Where clients of other monitors report to with this key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<MonitorAddress>,
}

/// Where a client of another monitor reports to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MonitorAddress {
    /// Whose client, like `uptime-kuma`.
    pub dialect: String,
    /// The address.
    pub url: String,
}

use crontopus_ids::{AgentId, IncidentId, MonitorId, RunId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Delivery;

/// An open or past problem of one monitor or one agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Incident {
    /// Id.
    pub id: IncidentId,
    /// What it began with.
    pub kind: IncidentKind,
    /// Where it is.
    pub state: IncidentState,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// The monitor; absent for a lost host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitor_id: Option<MonitorId>,
    /// Namespace of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// The host's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// One line for people.
    pub title: String,
    /// Bad runs so far.
    pub bad_runs: u32,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_run_id: Option<RunId>,
    /// The last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run_id: Option<RunId>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When somebody took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// Who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// The timeline, oldest first; empty in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<IncidentEvent>,
    /// Who was and is to be told, oldest first; empty in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<Delivery>,
}

/// What an incident began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// A run ended badly.
    Failed,
    /// A run has not started yet and its window is still open. Routes tell it; it is no incident.
    Late,
    /// A run did not start.
    Missed,
    /// A run took longer than it may.
    TimedOut,
    /// A success was suspiciously short.
    TooShort,
    /// No success for longer than allowed.
    Stale,
    /// The host is silent.
    HostSilent,
}

/// Where an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncidentState {
    /// Nobody took it yet.
    Open,
    /// Somebody did.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// One change of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IncidentEvent {
    /// When.
    pub at: Timestamp,
    /// `opened`, `bad_run`, `acknowledged`, `snoozed`, `silent` (nobody is told, and why), `note`, `resolved`, …
    pub kind: String,
    /// E-mail address of who did it; absent for the service itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The run concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// What is worth knowing; of a `note`, what somebody wrote: plain text, which may have several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `POST /api/v1/incidents/{id}/notes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIncidentNote {
    /// Plain text of 1 to 2,000 characters; line breaks are kept, space around it is not.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
}

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One message of `GET /api/v1/events` (server-sent events; the SSE `id` is `seq`, the SSE `event` is `kind`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Grows with each event; give the last one as `Last-Event-ID` to resume.
    pub seq: i64,
    /// What changed.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// Id of the thing that changed; read it again to know how it is now.
    pub id: String,
    /// `namespace/name` when it concerns one job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum EventKind {
    /// A run began, ended or was judged.
    #[serde(rename = "run.changed")]
    RunChanged,
    /// A monitor's status changed.
    #[serde(rename = "monitor.changed")]
    MonitorChanged,
    /// An incident opened or changed.
    #[serde(rename = "incident.changed")]
    IncidentChanged,
    /// An agent joined, was lost, came back, reported or was revoked.
    #[serde(rename = "agent.changed")]
    AgentChanged,
    /// A repository was synced.
    #[serde(rename = "repository.changed")]
    RepositoryChanged,
    /// Something checked in without being declared, or somebody said whether it matters.
    #[serde(rename = "discovered.changed")]
    DiscoveredChanged,
    /// Events were dropped (the client was away too long or too slow): read everything again.
    #[serde(rename = "reset")]
    Reset,
}

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One message of `GET /agent/v1/events` (server-sent events; `data` is this as JSON).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentEvent {
    /// What to do.
    pub kind: AgentEventKind,
    /// The commit now in force, with `refresh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Milliseconds since the Unix epoch; not older than five minutes.
    pub at_ms: i64,
    /// Base64 signature of the server's key over [`AgentEvent::signed`].
    pub signature: String,
}

/// The only things a server can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentEventKind {
    /// Read configuration and repository again.
    Refresh,
    /// Send a report.
    Report,
    /// Change the key.
    Rotate,
}

impl AgentEvent {
    /// What the signature is over.
    pub fn signed(agent_id: &str, kind: AgentEventKind, commit: Option<&str>, at_ms: i64) -> Vec<u8> {
        let kind = match kind {
            AgentEventKind::Refresh => "refresh",
            AgentEventKind::Report => "report",
            AgentEventKind::Rotate => "rotate",
        };
        format!("crontopus-event-v1\n{agent_id}\n{kind}\n{}\n{at_ms}", commit.unwrap_or("-")).into_bytes()
    }
}

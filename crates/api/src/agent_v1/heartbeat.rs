use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /agent/v1/heartbeat`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// The commit that stands on the host.
    #[serde(default)]
    pub commit: Option<String>,
    /// Records waiting in the spool: expectations are held back until it is empty.
    pub spooled: u64,
    /// The host's clock, milliseconds since the Unix epoch.
    pub clock_ms: i64,
}

/// The answer to [`Heartbeat`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HeartbeatAnswer {
    /// The server's clock, milliseconds since the Unix epoch.
    pub clock_ms: i64,
    /// The commit in force.
    #[serde(default)]
    pub commit: Option<String>,
    /// `ETag` of the configuration: read it again when it differs.
    pub config: String,
}

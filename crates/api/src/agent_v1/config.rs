use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /agent/v1/config`: what the agent follows. Answers 304 to a matching `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgentConfig {
    /// The host's name in the tenant.
    pub name: String,
    /// The tenant's slug.
    pub tenant: String,
    /// Labels manifests select by.
    pub labels: BTreeMap<String, String>,
    /// Path of the Git endpoint below the server's address; absent while there is no repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git_path: Option<String>,
    /// Branch that is followed.
    pub branch: String,
    /// The commit in force; absent while the repository is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Jobs with `placement: one` that this host holds, as `namespace/name`.
    pub placements: Vec<String>,
    /// Seconds between heartbeats.
    pub heartbeat_seconds: u32,
    /// Seconds between polls when the event stream is away.
    pub poll_seconds: u32,
    /// Commit whose mass removal an admin has confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_commit: Option<String>,
    /// The commit whose older form is kept for jobs with errors, job by job: `namespace/name` → commit.
    pub last_valid: BTreeMap<String, String>,
    /// When the key should be changed, at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotate_before: Option<jiff::Timestamp>,
}

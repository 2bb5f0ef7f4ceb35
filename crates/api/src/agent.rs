use std::collections::BTreeMap;

use crontopus_ids::AgentId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One enrolled host, as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgentSummary {
    /// Id.
    pub id: AgentId,
    /// Host's name in the tenant.
    pub name: String,
    /// How it is.
    pub state: AgentState,
    /// Labels manifests select by.
    pub labels: BTreeMap<String, String>,
    /// Operating system and release, like `Debian GNU/Linux 12`.
    pub os: String,
    /// The agent's version.
    pub version: String,
    /// Whose firing rules its scheduler follows, like `debian-cron`.
    pub scheduler: String,
    /// IANA zone of the host.
    pub timezone: String,
    /// When it was last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// The commit it has applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_commit: Option<String>,
    /// Jobs it holds.
    pub jobs: u64,
    /// Entries that differ from Git.
    pub drift: u64,
}

/// How an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Enrolled with a token that wants an admin's approval.
    Pending,
    /// Heard of within three heartbeats.
    Online,
    /// Silent for longer.
    Lost,
    /// Its key is no longer taken.
    Revoked,
    /// Two hosts use its key; neither is taken until it is enrolled again.
    Quarantined,
    /// It was uninstalled and said so; its key is no longer taken.
    Left,
}

/// One enrolled host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Agent {
    /// What lists show.
    #[serde(flatten)]
    pub summary: AgentSummary,
    /// SHA-256 of its public key, hex.
    pub key_fingerprint: String,
    /// Version of the host's time zone data, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tzdata_version: Option<String>,
    /// Milliseconds the host's clock is ahead of the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_offset_ms: Option<i64>,
    /// Whether the native scheduler runs.
    pub scheduler_running: bool,
    /// Conditions of the host as a whole and of each job.
    pub conditions: Vec<Condition>,
    /// What its last plan was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanView>,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
}

/// One condition of a host or of a job on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Condition {
    /// `namespace/name`; absent for the host as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// Which.
    pub kind: ConditionKind,
    /// Whether it holds.
    pub ok: bool,
    /// Why not, or what is worth knowing.
    pub reason: String,
}

/// The stages from Git to a loaded entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConditionKind {
    /// The commit is on the host.
    Fetched,
    /// Its signature is trusted, and it descends from the applied one.
    Verified,
    /// The policies allow it.
    PolicyPassed,
    /// The native scheduler can hold it.
    Rendered,
    /// The entry stands.
    Applied,
    /// The native scheduler knows it.
    Loaded,
    /// All of the above, and the scheduler runs.
    Healthy,
}

/// A plan as people read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanView {
    /// The commit it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// What is done, or was found.
    pub steps: Vec<PlanStep>,
    /// Why it waits for `agents confirm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanStep {
    /// `create`, `update`, `enable`, `disable`, `remove`, `repair`, `adopt` or `leave`.
    pub action: String,
    /// `namespace/name`.
    pub job: String,
    /// Why.
    pub reason: String,
    /// The native entry before, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The native entry after, if there will be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How it went; absent while it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// `PATCH /api/v1/agents/{id}`: absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateAgent {
    /// New name, unique in the tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// All labels, replacing the present ones.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::unique::optional_map"
    )]
    pub labels: Option<BTreeMap<String, String>>,
}

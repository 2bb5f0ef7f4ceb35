use crontopus_ids::{DiscoveredId, JobId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that checked in without being declared in Git. It is not monitored until it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Discovered {
    /// Id.
    pub id: DiscoveredId,
    /// What the sender calls it.
    pub slug: String,
    /// Through which door it came last, like `sentry`.
    pub dialect: String,
    /// What became of it.
    pub state: DiscoveredState,
    /// The job that Git declares by that name now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// How often it checked in while it was not declared.
    pub check_ins: u64,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// When it last was.
    pub last_seen_at: Timestamp,
    /// What the sender says is to be expected of it.
    pub proposal: Proposal,
}

/// One of them, with the manifest that would declare it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveredDetail {
    /// It.
    #[serde(flatten)]
    pub discovered: Discovered,
    /// Where the manifest belongs in the repository.
    pub file: String,
    /// The manifest, ready to be committed.
    pub manifest: String,
}

/// What became of something that was discovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscoveredState {
    /// Nobody decided yet.
    Open,
    /// Git declares it now.
    Linked,
    /// Somebody said that it does not matter.
    Ignored,
}

/// What a client says is to be expected of a job. It proposes; Git decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// When it starts, a cron expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// When it starts, by elapsed milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_ms: Option<i64>,
    /// IANA zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// How many milliseconds late a start may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_ms: Option<i64>,
    /// How many milliseconds a run may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_runtime_ms: Option<i64>,
    /// Consecutive bad runs before somebody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_after: Option<u32>,
    /// Consecutive good runs before it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recover_after: Option<u32>,
}

/// What a client says of a job that Git declares: shown, never applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MonitorProposal {
    /// Through which door it said so.
    pub dialect: String,
    /// Since when it says so.
    pub at: Timestamp,
    /// Where it differs from the manifest; empty when it does not.
    pub differences: Vec<Difference>,
}

/// One thing a client says otherwise than the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// The manifest's field, like `maxRuntime`.
    pub field: String,
    /// What the manifest says; absent when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// What the client says.
    pub proposed: String,
}

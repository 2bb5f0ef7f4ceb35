use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Condition, PlanView};

/// `POST /agent/v1/report`: after each apply, on changes, and when asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// The commit that stands on the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The value the last answer gave: two hosts with one key will not both know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolling: Option<String>,
    /// Scheduler profile.
    pub scheduler: String,
    /// Whether the native scheduler runs.
    pub scheduler_running: bool,
    /// IANA zone of the host.
    pub timezone: String,
    /// Version of its time zone data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tzdata_version: Option<String>,
    /// Agent's version.
    pub version: String,
    /// Every job the host holds or should hold.
    pub jobs: Vec<JobReport>,
    /// Conditions of the host as a whole and of each job that has something to say.
    pub conditions: Vec<Condition>,
    /// The last plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanView>,
    /// Entries that were found to differ from Git since the last report.
    pub drift: u64,
}

/// One job on the host. A monitor is armed once its entry is applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobReport {
    /// `namespace/name`.
    pub job: String,
    /// Digest of the manifest the entry was made from.
    pub digest: String,
    /// Whether the entry stands.
    pub applied: bool,
    /// Whose firing rules it follows; `guarded` for a superset with a guard.
    pub profile: String,
}

/// The answer to [`Report`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReportAnswer {
    /// Give it in the next report.
    pub rolling: String,
}

/// `POST /agent/v1/rotate-key`, signed by the old key.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateKey {
    /// The new Ed25519 public key, base64; the old one is taken for 24 hours more.
    pub public_key: String,
    /// Base64 signature by the new key over [`super::enroll_proof`] of the agent's id and the new key.
    pub proof: String,
}

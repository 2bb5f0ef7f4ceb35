use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Diagnostic;

/// `POST /api/v1/schedules/preview`: explains a schedule, shows its next starts, renders it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchedulePreviewRequest {
    /// A cron expression or a macro.
    pub schedule: String,
    /// IANA zone of the schedule; UTC when absent.
    #[serde(default)]
    pub timezone: Option<String>,
    /// Zone of the host that would hold it; the schedule's own when absent.
    #[serde(default)]
    pub host_timezone: Option<String>,
    /// Whose firing rules, like `debian-cron` (the default) or `systemd`.
    #[serde(default)]
    pub profile: Option<String>,
    /// Starts after this instant; now when absent.
    #[serde(default)]
    pub after: Option<Timestamp>,
    /// 1 to 100; 5 when absent.
    #[serde(default)]
    pub count: Option<u32>,
}

/// What a schedule means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchedulePreview {
    /// In plain English.
    pub description: String,
    /// Next starts.
    pub next: Vec<Timestamp>,
    /// What would stand in the native scheduler.
    pub entries: Vec<String>,
    /// Why a guard is needed, when the native scheduler cannot hold it exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<String>,
}

/// `POST /api/v1/manifests/validate`: checks files as a push would.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidateManifests {
    /// Up to 1,000 files.
    pub files: Vec<ManifestFile>,
}

/// One file of a repository.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Path in the repository.
    pub path: String,
    /// YAML.
    pub text: String,
}

/// The answer to [`ValidateManifests`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ValidatedManifests {
    /// Whether a push of just these would be taken.
    pub ok: bool,
    /// Every problem, warnings included.
    pub diagnostics: Vec<Diagnostic>,
    /// Jobs found, as `namespace/name`.
    pub jobs: Vec<String>,
}

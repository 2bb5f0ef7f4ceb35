use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Diagnostic;

/// `GET` or `POST /api/v1/schedules/preview`: explains a schedule, shows its next starts, renders it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SchedulePreviewRequest {
    /// A cron expression, a macro such as `@daily`, `@reboot`, or `every 15m`.
    #[schema(max_length = 1000)]
    #[param(max_length = 1000)]
    pub schedule: String,
    /// IANA zone of the schedule; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Zone of the host that would hold it; the schedule's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_timezone: Option<String>,
    /// Which scheduler would hold it: `debian-cron` (the default), `cronie`, `busybox`, `systemd`, `launchd`,
    /// `windows`; `guarded` is any of them with the wrapper checking each start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Starts after this instant; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Timestamp>,
    /// Starts, 1 to 100; 5 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    #[param(minimum = 1, maximum = 100)]
    pub count: Option<u32>,
}

/// What a schedule means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchedulePreview {
    /// In plain English.
    pub description: String,
    /// IANA zone of the schedule.
    pub timezone: String,
    /// The scheduler that was asked about.
    pub profile: String,
    /// Whether that scheduler can hold it.
    pub holds: ScheduleFit,
    /// Why it can hold it only with the guard, or not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What would stand in it: the time fields of crontab lines, or values of `OnCalendar=`.
    pub entries: Vec<String>,
    /// Next starts, by the rules of that scheduler (or of the guard).
    pub next: Vec<ScheduleStart>,
    /// What the next two years' changes of the clock do to it.
    pub warnings: Vec<ScheduleWarning>,
    /// How each scheduler there is a renderer for would hold it.
    pub schedulers: Vec<SchedulerFit>,
}

/// How a scheduler holds a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleFit {
    /// As it is.
    Exactly,
    /// With the wrapper checking each start, because the scheduler wakes it more often.
    Guarded,
    /// Not at all.
    No,
}

/// How one scheduler holds a schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SchedulerFit {
    /// The scheduler.
    pub profile: String,
    /// How.
    pub holds: ScheduleFit,
    /// Why not exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One start of a schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleStart {
    /// When.
    pub at: Timestamp,
    /// The same by the wall clock of the schedule's zone, with its offset.
    pub local: String,
}

/// A change of the clock that touches a start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleWarning {
    /// What becomes of the start.
    pub kind: ScheduleWarningKind,
    /// When the clock changes.
    pub at: Timestamp,
    /// The start's local time, without an offset.
    pub local: String,
    /// In plain English.
    pub message: String,
}

/// What a change of the clock does to a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleWarningKind {
    /// Its time is skipped, and so is the start.
    Lost,
    /// Its time is skipped; it starts once the clock has jumped.
    Moved,
    /// Its time comes twice, and it starts both times.
    Twice,
    /// Its time comes twice; it starts the first time only.
    Once,
}

/// `POST /api/v1/manifests/validate`: checks files as a push would; nothing is changed. Either `text` or
/// `files` is given.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidateManifests {
    /// One file, YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Path of `text` in the repository, whose first directory is the namespace; `manifest.yaml` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Up to 1,000 files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub files: Vec<ManifestFile>,
    /// Name of the repository whose policies and routes apply besides those of the files; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
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
    /// Valid jobs, as `namespace/name`.
    pub jobs: Vec<String>,
}

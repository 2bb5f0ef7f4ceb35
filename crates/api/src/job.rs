use std::collections::BTreeMap;

use crontopus_ids::{JobId, MonitorId, RepositoryId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Diagnostic, JobRecent, MonitorStatus};

/// One namespace and how its jobs are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Namespace {
    /// Name.
    pub name: String,
    /// Jobs in force.
    pub jobs: u64,
    /// Jobs with a failing monitor.
    pub failing: u64,
}

/// A job as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobSummary {
    /// Id; stays over renames when the manifest has a `uid`.
    pub id: JobId,
    /// Namespace.
    pub namespace: String,
    /// Name in it.
    pub name: String,
    /// What the manifest says it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The schedule as written: a cron expression, `every 15m`, `on demand`; several joined by `; `.
    pub schedule: String,
    /// The schedule in plain English.
    pub schedule_text: String,
    /// IANA zone of the schedule, if the manifest gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Whether something else than an agent schedules it.
    pub ping: bool,
    /// The worst of its monitors, or why there is none.
    pub status: JobStatus,
    /// Number of monitors (hosts, or one in ping mode).
    pub monitors: u64,
    /// Next expected start over all monitors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_run_at: Option<Timestamp>,
    /// When a run last ended or was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run_at: Option<Timestamp>,
    /// How it did lately; with `include=recent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recent: Option<JobRecent>,
}

/// How a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// No host holds it.
    Unplaced,
    /// Its manifest has `enabled: false`.
    Disabled,
    /// The manifest at the commit in force has errors; the last valid one stays in force.
    Invalid,
    /// Armed, nothing seen yet.
    Pending,
    /// The last run was good.
    Ok,
    /// A start is overdue but still inside its window.
    Late,
    /// An incident is open or the last run was bad.
    Failing,
    /// Nothing is expected on purpose.
    Paused,
    /// The host is lost, or the server was away.
    Unknown,
}

/// One job: the manifest from Git beside its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// What lists show.
    #[serde(flatten)]
    pub summary: JobSummary,
    /// The repository.
    pub repository_id: RepositoryId,
    /// Path of the file in it.
    pub file: String,
    /// The line the document begins at.
    pub line: u64,
    /// The commit the form in force comes from.
    pub commit: String,
    /// Digest of the canonical form.
    pub digest: String,
    /// The document in its canonical form.
    pub manifest: String,
    /// With `ref`: the document as it was committed, comments included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What the file's newest form has wrong; empty when it is in force.
    pub diagnostics: Vec<Diagnostic>,
    /// One entry for each place that should run it.
    pub placements: Vec<JobPlacement>,
}

/// A job in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobPlacement {
    /// The monitor.
    pub monitor_id: MonitorId,
    /// The host's name; absent in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// How it is there.
    pub status: MonitorStatus,
    /// Next expected start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_run_at: Option<Timestamp>,
}

/// One change of a job's manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobRevision {
    /// The commit.
    pub commit: String,
    /// First line of its message.
    pub summary: String,
    /// Author.
    pub author: String,
    /// When.
    pub authored_at: Timestamp,
    /// Digest of the canonical form then; absent when the commit removed the job or broke it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// How long good runs took around it; in a job's history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub durations: Option<RevisionDurations>,
}

/// How long good runs took before and after the moment a commit was authored: the nearest twenty of the forty runs on
/// either side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RevisionDurations {
    /// The last ones before it; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<DurationSide>,
    /// The first ones after it; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<DurationSide>,
    /// How many times as long runs take since; absent with fewer than five on either side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// `runs take 2.1× as long since this commit`, from 1.5 times on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// Good runs on one side of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DurationSide {
    /// How many, up to twenty.
    pub runs: u64,
    /// What half of them did not exceed, milliseconds.
    pub p50_ms: i64,
}

/// `GET /api/v1/jobs/{namespace}/{name}/diff?from=&to=`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobDiff {
    /// Commit compared from.
    pub from: String,
    /// Commit compared to.
    pub to: String,
    /// Unified diff of the canonical forms; empty when nothing changed.
    pub diff: String,
}

/// `GET /api/v1/jobs/{namespace}/{name}/next-runs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NextRuns {
    /// In order of time.
    pub items: Vec<NextRun>,
}

/// One expected start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NextRun {
    /// When.
    pub at: Timestamp,
    /// The same by the wall clock of `timezone`, with its offset.
    pub local: String,
    /// IANA zone.
    pub timezone: String,
    /// Where; absent in ping mode and for jobs no host holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Whose firing rules were used, like `debian-cron`.
    pub profile: String,
}

/// `GET /api/v1/jobs/{namespace}/{name}/blame?ref=`: who wrote each line of the document as it was committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobBlame {
    /// The commit whose form this is.
    pub commit: String,
    /// Path of the file there.
    pub file: String,
    /// The line of the file that the first of `lines` is.
    pub line: u64,
    /// Commits that wrote lines, newest first. Where the file moved, its history begins anew.
    pub commits: Vec<BlameCommit>,
    /// The document's lines, comments included.
    pub lines: Vec<BlameLine>,
    /// Whether the last of `commits` stands for older ones, too: only the last hundred changes of a file, among its
    /// repository's last 20,000 commits, are told apart.
    pub is_cut: bool,
}

/// A commit that wrote lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlameCommit {
    /// The commit.
    pub commit: String,
    /// First line of its message.
    pub summary: String,
    /// Author.
    pub author: String,
    /// When.
    pub authored_at: Timestamp,
}

/// A line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlameLine {
    /// What stands there.
    pub text: String,
    /// Which of `commits` wrote it, from 0.
    pub commit: u64,
}

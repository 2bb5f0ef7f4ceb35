use crontopus_ids::{IncidentId, JobId, MonitorId, RunId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{IncidentKind, IncidentState, JobRevision, RunStatus};

/// `GET /api/v1/jobs/{namespace}/{name}/timeline`: one job on an axis of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobTimeline {
    /// From here.
    pub from: Timestamp,
    /// To before here.
    pub to: Timestamp,
    /// The present time.
    pub now: Timestamp,
    /// When something was or is expected to start, by the manifest in force; also what is yet to come.
    pub expected: Vec<Timestamp>,
    /// How long after its expected time a start still counts, the longest of all places, milliseconds.
    pub late_ms: i64,
    /// What ran where.
    pub places: Vec<PlaceRuns>,
    /// Commits that changed the job, newest first.
    pub commits: Vec<JobRevision>,
    /// Incidents that were open some time, oldest first.
    pub incidents: Vec<TimelineIncident>,
    /// Whether there were more runs than are told; the newest are.
    pub truncated: bool,
}

/// The runs of one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceRuns {
    /// The monitor.
    pub monitor_id: MonitorId,
    /// The host's name; absent in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its runs, the oldest first.
    pub runs: Vec<TimelineRun>,
}

/// A run on an axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineRun {
    /// Id.
    pub id: RunId,
    /// How it is.
    pub status: RunStatus,
    /// When it started, or should have.
    pub at: Timestamp,
    /// The expected start it claims; absent for a run nobody expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Milliseconds it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Exit status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i64>,
}

/// An incident on an axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineIncident {
    /// Id.
    pub id: IncidentId,
    /// What it began with.
    pub kind: IncidentKind,
    /// Where it is.
    pub state: IncidentState,
    /// One line for people.
    pub title: String,
    /// The host's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
}

/// `GET /api/v1/timeline`: many jobs on one axis of time, a page of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    /// From here.
    pub from: Timestamp,
    /// To before here.
    pub to: Timestamp,
    /// The present time.
    pub now: Timestamp,
    /// The width of a part, milliseconds.
    pub width_ms: i64,
    /// One for each job of the page, by namespace and name.
    pub items: Vec<TimelineLane>,
    /// Give it as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One job of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineLane {
    /// The job.
    pub job_id: JobId,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Parts that have runs, in order.
    pub cells: Vec<TimelineCell>,
    /// Parts in which something is yet to start, in order.
    pub expected: Vec<u32>,
}

/// What happened in one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineCell {
    /// Which part, from 0.
    pub part: u32,
    /// Runs in it.
    pub runs: u32,
    /// The worst of them.
    pub worst: RunStatus,
}

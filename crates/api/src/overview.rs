use crontopus_ids::{AgentId, IncidentId, MonitorId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AgendaMoment, AgentState, JobCounts, MonitorStatus, RunMark};

/// `GET /api/v1/overview`: how everything is, for the first page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Overview {
    /// When this was.
    pub now: Timestamp,
    /// One sentence: `2 jobs are failing and 1 is late.`
    pub headline: String,
    /// How many jobs are how.
    pub counts: JobCounts,
    /// Incidents that nobody has resolved; 400 means at least as many.
    pub open_incidents: u64,
    /// Jobs that need somebody, the worst first, up to eight.
    pub attention: Vec<Attention>,
    /// Whether more jobs need somebody.
    pub more_attention: bool,
    /// What starts within the hour: up to eight moments.
    pub upcoming: Vec<AgendaMoment>,
    /// Starts expected within the hour.
    pub upcoming_total: u64,
    /// Runs of the last 24 hours.
    pub runs: RunsOfDay,
    /// The last five commits that changed jobs, newest first.
    pub changes: Vec<GitChange>,
    /// Hosts that are silent, in quarantine, or differ from Git, up to eight.
    pub agents: Vec<TroubledAgent>,
}

/// A job that needs somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Attention {
    /// Namespace of the job.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The monitor that is worst.
    pub monitor_id: MonitorId,
    /// Its host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// How it is.
    pub status: MonitorStatus,
    /// Why, in words.
    pub reason: String,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Bad runs in a row.
    pub consecutive_bad: u32,
    /// Its open incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_id: Option<IncidentId>,
    /// Who took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// The last 30 runs of the job, the oldest first.
    pub runs: Vec<RunMark>,
    /// What 95 % of the good ones of these did not exceed, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<i64>,
}

/// Runs of the last 24 hours by half hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunsOfDay {
    /// All of them.
    pub total: u64,
    /// Failed, timed out and missed.
    pub bad: u64,
    /// The share of good runs among those that were good or bad, 0 to 1; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_rate: Option<f64>,
    /// How many are going on now; 10,000 means at least as many.
    pub running: u64,
    /// How late they started; absent without a start whose expected moment is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<StartLag>,
    /// Each half hour from 24 hours ago to two hours ahead, in order; those ahead say what is expected.
    pub slots: Vec<RunSlot>,
}

/// How long after they were expected runs started, in the present hour and the 23 before it. A start before its time
/// counts as 0; a run that never started does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StartLag {
    /// Starts this was told from.
    pub starts: u64,
    /// What half of them did not exceed, milliseconds.
    pub p50_ms: i64,
    /// What 95 % of them did not exceed, milliseconds.
    pub p95_ms: i64,
}

/// Half an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunSlot {
    /// When it begins.
    pub at: Timestamp,
    /// Runs that ended well.
    pub succeeded: u64,
    /// Runs that failed or took too long.
    pub failed: u64,
    /// Starts that nobody saw.
    pub missed: u64,
    /// Starts expected in all of it; absent for what is past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

/// A commit that changed jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GitChange {
    /// The commit.
    pub commit: String,
    /// First line of its message.
    pub summary: String,
    /// Its author.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// Jobs that were not there before.
    pub added: u64,
    /// Jobs whose manifest changed.
    pub changed: u64,
    /// Jobs that it removed or broke.
    pub removed: u64,
}

/// A host that is silent or differs from Git.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TroubledAgent {
    /// Id.
    pub id: AgentId,
    /// Name.
    pub name: String,
    /// How it is.
    pub state: AgentState,
    /// Jobs it holds.
    pub jobs: u64,
    /// Entries that differ from Git.
    pub drift: u64,
    /// When it was last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
}

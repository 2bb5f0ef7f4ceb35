use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/schedule/upcoming`: what is expected to start when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Agenda {
    /// From here.
    pub from: Timestamp,
    /// To before here.
    pub to: Timestamp,
    /// Moments at which something is expected, in order.
    pub items: Vec<AgendaMoment>,
    /// Starts in the window, those included that are not told one by one.
    pub total: u64,
    /// Whether there is more than is told.
    pub truncated: bool,
}

/// One moment at which something is expected to start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgendaMoment {
    /// When.
    pub at: Timestamp,
    /// Starts then.
    pub total: u64,
    /// The first of them, by name.
    pub jobs: Vec<AgendaJob>,
}

/// One expected start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgendaJob {
    /// Namespace of the job.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Where; absent in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// `GET /api/v1/schedule/load`: how many starts are expected in each part of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleLoad {
    /// When the first part begins.
    pub from: Timestamp,
    /// The width of a part, minutes.
    pub cell_minutes: u32,
    /// Starts of each part, in order.
    pub cells: Vec<u32>,
    /// The fullest part and the jobs that start in it; absent when nothing is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak: Option<AgendaMoment>,
    /// Whether there is more than was looked at.
    pub truncated: bool,
}

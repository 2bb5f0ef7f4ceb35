use crontopus_ids::{MonitorId, RunId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::RunStatus;

/// How a job or a monitor did over a number of whole days of UTC, the present one included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Statistics {
    /// When the first day begins.
    pub from: Timestamp,
    /// When the last day ends.
    pub to: Timestamp,
    /// The whole time.
    pub total: RunFigures,
    /// As many days before, to compare with.
    pub before: RunFigures,
    /// The share of the time in which no incident was open, 0 to 1; absent when nothing was expected. What was only
    /// reported late does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uptime: Option<f64>,
    /// How many times as long the median run takes as before; absent when one of them has no runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ratio: Option<f64>,
    /// How much the success rate rose, -1 to 1; absent when one of them has no runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_rate_change: Option<f64>,
    /// Each day that has runs, in order.
    pub days: Vec<DayFigures>,
    /// Each place.
    pub places: Vec<PlaceFigures>,
}

/// What was counted of runs. Durations are those of runs that ended well; percentiles are within 2.5 % of the true
/// ones, since they come from buckets of fixed bounds that can be summed over any time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunFigures {
    /// Runs and missed starts, those that go on left out.
    pub runs: u64,
    /// Ended well.
    pub succeeded: u64,
    /// Ended badly.
    pub failed: u64,
    /// Took longer than they may.
    pub timed_out: u64,
    /// Did not start.
    pub missed: u64,
    /// Did not start on purpose.
    pub skipped: u64,
    /// Nobody can say.
    pub unknown: u64,
    /// The share of good runs among those that were good or bad, 0 to 1; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_rate: Option<f64>,
    /// Mean duration, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_ms: Option<i64>,
    /// Duration that 5 % did not exceed, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p5_ms: Option<i64>,
    /// Median duration, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<i64>,
    /// Duration that 95 % did not exceed, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<i64>,
}

/// One day of UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DayFigures {
    /// `2026-11-24`.
    pub date: String,
    /// What was counted.
    #[serde(flatten)]
    pub figures: RunFigures,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceFigures {
    /// The monitor.
    pub monitor_id: MonitorId,
    /// The host's name; absent in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The share of the time in which no incident was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uptime: Option<f64>,
    /// What was counted.
    #[serde(flatten)]
    pub figures: RunFigures,
}

/// `GET /api/v1/jobs/{namespace}/{name}/calendar`: the days of a year of UTC on which a job had runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobCalendar {
    /// The year.
    pub year: i16,
    /// Its days with runs, in order.
    pub days: Vec<DayFigures>,
}

/// `GET /api/v1/jobs/{namespace}/{name}/durations`: how long a job's runs took over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobDurations {
    /// The width of a part, milliseconds; a little more than asked for where hours or days were counted.
    pub width_ms: i64,
    /// Parts that have runs, in order.
    pub buckets: Vec<DurationBucket>,
    /// The newest 1,000 runs one by one, the oldest first; none in a window of more than 7 days.
    pub points: Vec<DurationPoint>,
    /// Whether there were more runs than were looked at.
    pub truncated: bool,
}

/// What was counted in one part of a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DurationBucket {
    /// When it begins.
    pub at: Timestamp,
    /// What was counted.
    #[serde(flatten)]
    pub figures: RunFigures,
}

/// One run as a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DurationPoint {
    /// When it started.
    pub at: Timestamp,
    /// The run.
    pub run_id: RunId,
    /// Where it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// How it ended.
    pub status: RunStatus,
    /// Milliseconds.
    pub duration_ms: i64,
}

/// `GET /api/v1/jobs/{namespace}/{name}/metrics`: the numbers that a job's runs brought with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobMetrics {
    /// The width of a part, milliseconds.
    pub width_ms: i64,
    /// One for each name, by name.
    pub metrics: Vec<JobMetric>,
    /// Whether there were more runs than were looked at; the newest were.
    pub truncated: bool,
}

/// One named number over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobMetric {
    /// Its name.
    pub name: String,
    /// The newest value.
    pub last: f64,
    /// When that came.
    pub last_at: Timestamp,
    /// Parts that have values, in order.
    pub buckets: Vec<MetricBucket>,
}

/// The values of one part of a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MetricBucket {
    /// When it begins.
    pub at: Timestamp,
    /// How many.
    pub count: u32,
    /// The smallest.
    pub min: f64,
    /// Their mean.
    pub mean: f64,
    /// The largest.
    pub max: f64,
}

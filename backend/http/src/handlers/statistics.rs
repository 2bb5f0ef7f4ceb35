use axum::extract::State;
use crontopus_api::{JobCalendar, JobDurations, JobMetrics, Statistics};
use crontopus_ids::MonitorId;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{Path, Query, window, within};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::statistics;

/// Over how many days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DaysQuery {
    /// Days of UTC, the present one included, 1 to 366; 30 when absent.
    #[param(minimum = 1, maximum = 366)]
    days: Option<u32>,
}

/// Which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct YearQuery {
    /// The year; the present one when absent.
    year: Option<i16>,
}

/// Which part of a job's history.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeriesQuery {
    /// From here; a day before `to` when absent.
    from: Option<Timestamp>,
    /// To before here, at most 400 days later; now when absent.
    to: Option<Timestamp>,
    /// About so many parts, 1 to 500; 60 when absent.
    #[param(minimum = 1, maximum = 500)]
    buckets: Option<u32>,
}

/// Which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricQuery {
    /// From here; a day before `to` when absent.
    from: Option<Timestamp>,
    /// To before here, at most 400 days later; now when absent.
    to: Option<Timestamp>,
    /// About so many parts, 1 to 500; 60 when absent.
    #[param(minimum = 1, maximum = 500)]
    buckets: Option<u32>,
    /// Only the number of this name.
    metric: Option<String>,
}

/// Longest history asked for at once, days.
const MOST_DAYS: i64 = 400;

/// Shows how a job did over the last days, in all places together and in each.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/stats", tag = "statistics",
    params(("namespace" = String, Path), ("name" = String, Path), DaysQuery),
    responses((status = 200, body = Statistics), Failure))]
pub(crate) async fn get_job_statistics(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<DaysQuery>,
) -> Result<Answer<Statistics>, Failure> {
    let days = within("days", query.days, 30, 1, 366)?;
    let found = serving.app().get_job_statistics(&actor, (&namespace, &name), days).await?;
    Ok(Answer(statistics::statistics(found)))
}

/// Shows how a monitor did over the last days.
#[utoipa::path(get, path = "/api/v1/monitors/{id}/stats", tag = "statistics",
    params(("id" = MonitorId, Path), DaysQuery), responses((status = 200, body = Statistics), Failure))]
pub(crate) async fn get_monitor_statistics(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<MonitorId>,
    Query(query): Query<DaysQuery>,
) -> Result<Answer<Statistics>, Failure> {
    let days = within("days", query.days, 30, 1, 366)?;
    let found = serving.app().get_monitor_statistics(&actor, id, days).await?;
    Ok(Answer(statistics::statistics(found)))
}

/// Shows the days of a year on which a job had runs.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/calendar", tag = "statistics",
    params(("namespace" = String, Path), ("name" = String, Path), YearQuery),
    responses((status = 200, body = JobCalendar), Failure))]
pub(crate) async fn get_job_calendar(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<YearQuery>,
) -> Result<Answer<JobCalendar>, Failure> {
    let found = serving.app().get_job_calendar(&actor, (&namespace, &name), query.year).await?;
    Ok(Answer(statistics::calendar(found)))
}

/// Shows how long a job's runs took over time.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/durations", tag = "statistics",
    params(("namespace" = String, Path), ("name" = String, Path), SeriesQuery),
    responses((status = 200, body = JobDurations), Failure))]
pub(crate) async fn get_job_durations(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<SeriesQuery>,
) -> Result<Answer<JobDurations>, Failure> {
    let window = window((query.from, query.to), serving.app().clock().now_ms(), 24, MOST_DAYS)?;
    let buckets = within("buckets", query.buckets, 60, 1, 500)?;
    let found = serving.app().get_job_durations(&actor, (&namespace, &name), window, buckets).await?;
    Ok(Answer(statistics::durations(found)))
}

/// Shows the numbers that a job's runs brought with them, over time.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/metrics", tag = "statistics",
    params(("namespace" = String, Path), ("name" = String, Path), MetricQuery),
    responses((status = 200, body = JobMetrics), Failure))]
pub(crate) async fn get_job_metrics(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<MetricQuery>,
) -> Result<Answer<JobMetrics>, Failure> {
    let window = window((query.from, query.to), serving.app().clock().now_ms(), 24, MOST_DAYS)?;
    let buckets = within("buckets", query.buckets, 60, 1, 500)?;
    let (job, metric) = ((namespace.as_str(), name.as_str()), query.metric.as_deref());
    let found = serving.app().get_job_metrics(&actor, job, metric, window, buckets).await?;
    Ok(Answer(statistics::metrics(found)))
}

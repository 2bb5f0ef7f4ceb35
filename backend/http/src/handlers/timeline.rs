use axum::extract::State;
use crontopus_api::{JobTimeline, Timeline};
use crontopus_app::rows::JobFilter;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{Path, Query, paging, window, within};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::timeline;

/// Which part of time.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimelineQuery {
    /// From here; 12 hours before `to` when absent.
    from: Option<Timestamp>,
    /// To before here, at most 31 days later; now when absent.
    to: Option<Timestamp>,
}

/// Which part of time, and which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimelinesQuery {
    /// From here; 12 hours before `to` when absent.
    from: Option<Timestamp>,
    /// To before here, at most 31 days later; now when absent.
    to: Option<Timestamp>,
    /// Parts of the axis, 1 to 2,000; 288 when absent.
    #[param(minimum = 1, maximum = 2000)]
    buckets: Option<u32>,
    /// Jobs on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// In this namespace alone.
    namespace: Option<String>,
    /// With this text in name or description.
    q: Option<String>,
}

/// Shows one job on an axis of time: expected starts, runs by host, commits, incidents.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/timeline", tag = "statistics",
    params(("namespace" = String, Path), ("name" = String, Path), TimelineQuery),
    responses((status = 200, body = JobTimeline), Failure))]
pub(crate) async fn get_job_timeline(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<TimelineQuery>,
) -> Result<Answer<JobTimeline>, Failure> {
    let now = serving.app().clock().now_ms();
    let window = window((query.from, query.to), now, 12, 31)?;
    let found = serving.app().get_job_timeline(&actor, (&namespace, &name), window).await?;
    Ok(Answer(timeline::job(found, now)))
}

/// Shows many jobs on one axis of time; in each part the worst status wins.
#[utoipa::path(get, path = "/api/v1/timeline", tag = "statistics", params(TimelinesQuery),
    responses((status = 200, body = Timeline), Failure))]
pub(crate) async fn get_timeline(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<TimelinesQuery>,
) -> Result<Answer<Timeline>, Failure> {
    let now = serving.app().clock().now_ms();
    let window = window((query.from, query.to), now, 12, 31)?;
    let buckets = within("buckets", query.buckets, 288, 1, 2_000)?;
    let paging = paging(query.limit, query.cursor.as_deref())?;
    let filter = JobFilter { namespace: query.namespace, text: query.q, ..JobFilter::default() };
    let found = serving.app().get_timeline(&actor, &filter, &paging, window, buckets).await?;
    Ok(Answer(timeline::many(found, now)))
}

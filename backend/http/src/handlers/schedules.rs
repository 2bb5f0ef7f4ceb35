use axum::extract::State;
use crontopus_api::{SchedulePreview, SchedulePreviewRequest};

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{Json, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::schedules;

/// Explains a schedule: in words, its next starts, what clock changes do to it, and how schedulers hold it.
#[utoipa::path(get, path = "/api/v1/schedules/preview", tag = "schedules", params(SchedulePreviewRequest),
    responses((status = 200, body = SchedulePreview), Failure))]
pub(crate) async fn get_schedule_preview(
    State(serving): State<Serving>,
    _caller: Acting,
    Query(query): Query<SchedulePreviewRequest>,
) -> Result<Answer<SchedulePreview>, Failure> {
    let found = serving.app().preview_schedule(schedules::request(query)).await;
    let found = found.map_err(|error| Failure::from(error).in_query())?;
    Ok(Answer(schedules::preview(found)))
}

/// Explains a schedule, as `GET` does.
#[utoipa::path(post, path = "/api/v1/schedules/preview", tag = "schedules", request_body = SchedulePreviewRequest,
    responses((status = 200, body = SchedulePreview), Failure))]
pub(crate) async fn preview_schedule(
    State(serving): State<Serving>,
    _caller: Acting,
    Json(body): Json<SchedulePreviewRequest>,
) -> Result<Answer<SchedulePreview>, Failure> {
    let found = serving.app().preview_schedule(schedules::request(body)).await?;
    Ok(Answer(schedules::preview(found)))
}

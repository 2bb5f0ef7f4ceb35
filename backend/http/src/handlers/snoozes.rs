use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::{CreateSnooze, Incident, Page, Snooze, SnoozeIncident};
use crontopus_app::alerts::NewSnooze;
use crontopus_ids::{IncidentId, SnoozeId};

use crate::access::Acting;
use crate::answer::{Answer, Created, NoContent, Tagged};
use crate::extract::{Json, Path};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{alerts, monitoring};

/// Lists silences that are not over, the nearest end first, all on one page.
#[utoipa::path(get, path = "/api/v1/snoozes", tag = "snoozes",
    responses((status = 200, body = Page<Snooze>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_snoozes(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
) -> Result<Tagged<Page<Snooze>>, Failure> {
    let items = serving.app().list_snoozes(&actor).await?.into_iter().map(alerts::snooze).collect();
    Ok(Tagged::new(&headers, Page { items, next_cursor: None }))
}

/// Silences a monitor, a host, an incident or a label for a time: runs are judged, nobody is told.
#[utoipa::path(post, path = "/api/v1/snoozes", tag = "snoozes", request_body = CreateSnooze,
    responses((status = 201, body = Snooze), Failure))]
pub(crate) async fn create_snooze(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CreateSnooze>,
) -> Result<Created<Snooze>, Failure> {
    let until = alerts::end(body.until, body.minutes, serving.app().clock().now_ms())?;
    let new = NewSnooze { scope: alerts::own_scope(&body)?, until, reason: body.reason };
    Ok(Created(alerts::snooze(serving.app().create_snooze(&actor, new).await?)))
}

/// Ends a silence; what was kept back is told now.
#[utoipa::path(delete, path = "/api/v1/snoozes/{id}", tag = "snoozes", params(("id" = SnoozeId, Path)),
    responses((status = 204), Failure))]
pub(crate) async fn delete_snooze(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<SnoozeId>,
) -> Result<NoContent, Failure> {
    serving.app().delete_snooze(&actor, id).await?;
    Ok(NoContent)
}

/// Silences an incident for a time: it is neither repeated nor escalated until then.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/snooze", tag = "incidents", params(("id" = IncidentId, Path)),
    request_body = SnoozeIncident, responses((status = 200, body = Incident), Failure))]
pub(crate) async fn snooze_incident(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<IncidentId>,
    Json(body): Json<SnoozeIncident>,
) -> Result<Answer<Incident>, Failure> {
    let until = alerts::end(body.until, body.minutes, serving.app().clock().now_ms())?;
    Ok(Answer(monitoring::incident(serving.app().snooze_incident(&actor, id, until, body.reason).await?)))
}

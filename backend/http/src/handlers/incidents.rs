use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::{CreateIncidentNote, Incident, IncidentState, Page};
use crontopus_app::rows::IncidentFilter;
use crontopus_ids::IncidentId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::{Answer, Created, Tagged};
use crate::extract::{Json, Path, Query, paging};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, filter_word, job_filter, monitoring};

/// Which incidents.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct IncidentQuery {
    /// Rows on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Where they are.
    state: Option<IncidentState>,
    /// `namespace/name` of the job.
    job: Option<String>,
}

/// Lists incidents, newest first.
#[utoipa::path(get, path = "/api/v1/incidents", tag = "incidents", params(IncidentQuery),
    responses((status = 200, body = Page<Incident>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_incidents(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Query(query): Query<IncidentQuery>,
) -> Result<Tagged<Page<Incident>>, Failure> {
    let paging = paging(query.limit, query.cursor.as_deref())?;
    let filter = IncidentFilter {
        state: filter_word("state", query.state)?,
        job: query.job.as_deref().map(job_filter).transpose()?,
    };
    let listed = serving.app().list_incidents(&actor, &filter, &paging).await?;
    Ok(Tagged::new(&headers, wire::page(listed, |row| monitoring::incident((row, Vec::new())))))
}

/// Shows one incident, its timeline, and who was and is to be told.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "incidents", params(("id" = IncidentId, Path)),
    responses((status = 200, body = Incident), Failure))]
pub(crate) async fn get_incident(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<IncidentId>,
) -> Result<Answer<Incident>, Failure> {
    let mut incident = monitoring::incident(serving.app().get_incident(&actor, id).await?);
    let deliveries = serving.app().list_incident_deliveries(&actor, id).await?;
    incident.deliveries = deliveries.into_iter().map(wire::alerts::delivery).collect();
    Ok(Answer(incident))
}

/// Says that somebody has taken an incident.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/acknowledge", tag = "incidents",
    params(("id" = IncidentId, Path)), responses((status = 200, body = Incident), Failure))]
pub(crate) async fn acknowledge_incident(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<IncidentId>,
) -> Result<Answer<Incident>, Failure> {
    Ok(Answer(monitoring::incident(serving.app().acknowledge_incident(&actor, id).await?)))
}

/// Ends an incident by hand.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/resolve", tag = "incidents",
    params(("id" = IncidentId, Path)), responses((status = 200, body = Incident), Failure))]
pub(crate) async fn resolve_incident(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<IncidentId>,
) -> Result<Answer<Incident>, Failure> {
    Ok(Answer(monitoring::incident(serving.app().resolve_incident(&actor, id).await?)))
}

/// Writes into the timeline of an incident what somebody has to say, also when it is over.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/notes", tag = "incidents", params(("id" = IncidentId, Path)),
    request_body = CreateIncidentNote, responses((status = 201, body = Incident), Failure))]
pub(crate) async fn create_incident_note(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<IncidentId>,
    Json(body): Json<CreateIncidentNote>,
) -> Result<Created<Incident>, Failure> {
    Ok(Created(monitoring::incident(serving.app().create_incident_note(&actor, id, &body.text).await?)))
}

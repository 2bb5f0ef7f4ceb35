use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::{Delivery, DeliveryQueue, DeliveryState, Page};
use crontopus_app::alerts::DeliveryFilter;
use crontopus_ids::{ChannelId, IncidentId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::{Answer, Tagged};
use crate::extract::{Query, paging};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, alerts};

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeliveryQuery {
    /// Rows on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// To this channel.
    channel_id: Option<ChannelId>,
    /// About this incident.
    incident_id: Option<IncidentId>,
    /// How they are.
    state: Option<DeliveryState>,
}

/// Lists what was and is to be told, newest first.
#[utoipa::path(get, path = "/api/v1/deliveries", tag = "deliveries", params(DeliveryQuery),
    responses((status = 200, body = Page<Delivery>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_deliveries(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Query(query): Query<DeliveryQuery>,
) -> Result<Tagged<Page<Delivery>>, Failure> {
    let paging = paging(query.limit, query.cursor.as_deref())?;
    let (channel, incident) = (query.channel_id, query.incident_id);
    let filter = DeliveryFilter { channel, incident, state: query.state.map(alerts::own_delivery_state) };
    let listed = serving.app().list_deliveries(&actor, &filter, &paging).await?;
    Ok(Tagged::new(&headers, wire::page(listed, alerts::delivery)))
}

/// Says how much waits to be sent, and since when.
#[utoipa::path(get, path = "/api/v1/deliveries/queue", tag = "deliveries",
    responses((status = 200, body = DeliveryQueue), Failure))]
pub(crate) async fn get_delivery_queue(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<DeliveryQueue>, Failure> {
    let backlog = serving.app().get_delivery_backlog(&actor).await?;
    Ok(Answer(alerts::queue(backlog, serving.app().clock().now_ms())))
}

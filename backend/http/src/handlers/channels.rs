use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::{Channel, ChannelTest, CreateChannel, Page, UpdateChannel};
use crontopus_app::alerts::{ChannelChange, NewChannel};
use crontopus_ids::ChannelId;

use crate::access::Acting;
use crate::answer::{Answer, Created, NoContent, Tagged};
use crate::extract::{Json, Path};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::alerts;

/// Lists the channels by name, all on one page.
#[utoipa::path(get, path = "/api/v1/channels", tag = "channels",
    responses((status = 200, body = Page<Channel>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_channels(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
) -> Result<Tagged<Page<Channel>>, Failure> {
    let items = serving.app().list_channels(&actor).await?.into_iter().map(alerts::channel);
    let items = items.collect::<Result<_, _>>()?;
    Ok(Tagged::new(&headers, Page { items, next_cursor: None }))
}

/// Makes a channel.
#[utoipa::path(post, path = "/api/v1/channels", tag = "channels", request_body = CreateChannel,
    responses((status = 201, body = Channel), Failure))]
pub(crate) async fn create_channel(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CreateChannel>,
) -> Result<Created<Channel>, Failure> {
    let kind = alerts::own_kind(body.kind)?;
    let new = NewChannel { name: body.name, kind, settings: body.settings, is_default: body.default };
    Ok(Created(alerts::channel(serving.app().create_channel(&actor, new).await?)?))
}

/// Shows one channel, without its secrets.
#[utoipa::path(get, path = "/api/v1/channels/{id}", tag = "channels", params(("id" = ChannelId, Path)),
    responses((status = 200, body = Channel), Failure))]
pub(crate) async fn get_channel(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<ChannelId>,
) -> Result<Answer<Channel>, Failure> {
    Ok(Answer(alerts::channel(serving.app().get_channel(&actor, id).await?)?))
}

/// Changes a channel. New settings for one that was disabled by its provider's answer enable it again.
#[utoipa::path(patch, path = "/api/v1/channels/{id}", tag = "channels", params(("id" = ChannelId, Path)),
    request_body = UpdateChannel, responses((status = 200, body = Channel), Failure))]
pub(crate) async fn update_channel(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<ChannelId>,
    Json(body): Json<UpdateChannel>,
) -> Result<Answer<Channel>, Failure> {
    let UpdateChannel { name, settings, default, enabled } = body;
    let change = ChannelChange { name, settings, is_default: default, enabled };
    Ok(Answer(alerts::channel(serving.app().update_channel(&actor, id, change).await?)?))
}

/// Removes a channel and what still waits for it.
#[utoipa::path(delete, path = "/api/v1/channels/{id}", tag = "channels", params(("id" = ChannelId, Path)),
    responses((status = 204), Failure))]
pub(crate) async fn delete_channel(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<ChannelId>,
) -> Result<NoContent, Failure> {
    serving.app().delete_channel(&actor, id).await?;
    Ok(NoContent)
}

/// Sends a test message through a channel and answers what its provider says.
#[utoipa::path(post, path = "/api/v1/channels/{id}/test", tag = "channels", params(("id" = ChannelId, Path)),
    responses((status = 200, body = ChannelTest), Failure))]
pub(crate) async fn test_channel(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<ChannelId>,
) -> Result<Answer<ChannelTest>, Failure> {
    let test = serving.app().test_channel(&actor, id).await?;
    let duration_ms = test.duration_ms.unsigned_abs();
    Ok(Answer(ChannelTest { sent: test.sent, answer: test.answer, duration_ms }))
}

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use crontopus_api::{Code, Event, EventKind};
use crontopus_app::EventStream;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::extract::Query;
use crate::failure::Failure;
use crate::metrics::{StreamGuard, StreamKind};
use crate::serving::Serving;
use crate::wire;

/// Looks again after so long, even when nobody said that something changed; also whether the credential is
/// still good.
const FLOOR: Duration = Duration::from_secs(10);

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventQuery {
    /// Of these kinds alone, separated by commas; `reset` always comes.
    kind: Option<String>,
}

/// Streams what happens in the tenant (server-sent events). `Last-Event-ID` resumes; after a gap the first
/// message is `reset`.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(EventQuery),
    responses((status = 200, body = Event, content_type = "text/event-stream"), Failure))]
pub(crate) async fn stream_events(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Query(query): Query<EventQuery>,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>>>, Failure> {
    let kinds = kinds(query.kind.as_deref())?;
    let events = serving.app().open_events(&actor, last_event_id(&headers)?).await?;
    let counted = serving.metrics().stream(StreamKind::Tenants);
    let feed = Feed { serving, events, kinds, ready: VecDeque::new(), started: false, _counted: counted };
    let stream = unfold(feed, |mut feed| async move { Some((Ok(feed.next().await?), feed)) });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Feed {
    serving: Serving,
    events: EventStream,
    kinds: Option<Vec<EventKind>>,
    ready: VecDeque<Event>,
    started: bool,
    _counted: StreamGuard,
}

impl Feed {
    /// The next message; `None` ends the stream, and the client comes back with the last number it saw.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                let kind = wire::event_kind_text(event.kind);
                return Message::default().id(event.seq.to_string()).event(kind).json_data(event).ok();
            }
            if self.started {
                tokio::select! {
                    () = self.serving.app().shutdown().cancelled() => return None,
                    () = self.events.changed() => {}
                    () = tokio::time::sleep(FLOOR) => {}
                }
            }
            loop {
                let news = self.serving.app().next_events(&mut self.events).await.ok()??;
                self.started = news.is_empty();
                let wanted = |e: &Event| {
                    e.kind == EventKind::Reset || self.kinds.as_ref().is_none_or(|k| k.contains(&e.kind))
                };
                let empty = news.is_empty();
                self.ready.extend(news.into_iter().map(wire::event).filter(wanted));
                if empty || !self.ready.is_empty() {
                    break;
                }
            }
        }
    }
}

fn kinds(text: Option<&str>) -> Result<Option<Vec<EventKind>>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let kind = |name: &str| {
        serde_json::from_value(serde_json::Value::from(name)).map_err(|_| {
            Failure::from(crontopus_app::Error::invalid("?kind", format!("`{name}` is no kind of event")))
        })
    };
    text.split(',').map(kind).collect::<Result<_, _>>().map(Some)
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Failure> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().and_then(|v| v.parse::<i64>().ok()).filter(|n| *n >= 0);
    number.map(Some).ok_or_else(|| Failure::new(Code::InvalidCursor, "`Last-Event-ID` is a number we gave"))
}

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use crontopus_api::agent_v1::AgentEvent;
use crontopus_app::agents::{AgentIdentity, AgentMessage, StreamState};
use futures_util::Stream;
use futures_util::stream::unfold;

use crate::access::AgentCaller;
use crate::failure::Failure;
use crate::metrics::{StreamGuard, StreamKind};
use crate::serving::Serving;
use crate::wire;

/// Looks again after so long, even when nobody said that something changed.
const FLOOR: Duration = Duration::from_secs(20);

/// Tells the agent what to do as it happens; ends at once when the agent is revoked. Comments keep it alive.
#[utoipa::path(get, path = "/agent/v1/events", tag = "agent",
    responses((status = 200, body = AgentEvent, content_type = "text/event-stream"), Failure))]
pub(crate) async fn stream_agent_events(
    State(serving): State<Serving>,
    AgentCaller(host): AgentCaller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let state = serving.app().open_agent_stream();
    let counted = serving.metrics().stream(StreamKind::Agents);
    let feed = Feed { serving, host, state, ready: VecDeque::new(), started: false, _counted: counted };
    let stream = unfold(feed, |mut feed| async move { Some((Ok(feed.next().await?), feed)) });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Feed {
    serving: Serving,
    host: AgentIdentity,
    state: StreamState,
    ready: VecDeque<AgentMessage>,
    started: bool,
    _counted: StreamGuard,
}

impl Feed {
    /// The next message; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        let agent_id = self.host.agent_id.to_string();
        loop {
            if let Some(message) = self.ready.pop_front() {
                let event = wire::agent_event(&self.serving, &agent_id, message);
                return Event::default().json_data(event).ok();
            }
            if self.started {
                tokio::select! {
                    () = self.serving.app().shutdown().cancelled() => return None,
                    () = self.state.changed() => {}
                    () = tokio::time::sleep(FLOOR) => {}
                }
            }
            self.started = true;
            match self.serving.app().next_agent_messages(&self.host, &mut self.state).await {
                Ok(Some(messages)) => self.ready.extend(messages),
                // Revoked, or the database is away: the agent polls meanwhile.
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

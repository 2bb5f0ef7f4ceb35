use std::sync::Arc;

use crontopus_api::agent_v1::AgentEvent;
use crontopus_api::signature::{MAX_SKEW_SECONDS, PublicKey};

use super::Stamper;
use crate::ClientError;
use crate::resources::decode;
use crate::sse::SseReader;

/// What the server asks for, verified. Ends after the first error and when the server closes it.
#[derive(Debug)]
pub struct AgentEventStream {
    reader: SseReader,
    agent_id: String,
    server_key: PublicKey,
    stamper: Arc<dyn Stamper>,
    ended: bool,
}

/// Why a stream broke off.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// It could not be read.
    #[error("the event stream broke off")]
    Stream(#[source] ClientError),
    /// An event is not signed by the pinned server, or not for this agent.
    #[error("an event is not signed by the server this host enrolled with")]
    Untrusted,
    /// An event is signed and too old or too new: it may have been held back and played again.
    #[error("an event is {0} seconds away from the present")]
    Stale(i64),
}

impl AgentEventStream {
    pub(super) fn new(
        reader: SseReader,
        agent_id: String,
        server_key: PublicKey,
        stamper: Arc<dyn Stamper>,
    ) -> Self {
        Self { reader, agent_id, server_key, stamper, ended: false }
    }

    fn verified(&self, message: &str) -> Result<AgentEvent, EventError> {
        let event: AgentEvent =
            decode(self.reader.operation(), message.as_bytes()).map_err(EventError::Stream)?;
        let signed = AgentEvent::signed(&self.agent_id, event.kind, event.commit.as_deref(), event.at_ms);
        if !self.server_key.verifies(&signed, &event.signature) {
            return Err(EventError::Untrusted);
        }
        let away = self.stamper.now_ms().saturating_sub(event.at_ms) / 1000;
        if away.abs() > MAX_SKEW_SECONDS { Err(EventError::Stale(away)) } else { Ok(event) }
    }
}

impl Iterator for AgentEventStream {
    type Item = Result<AgentEvent, EventError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let event = match self.reader.next()? {
            Ok(message) => self.verified(&message),
            Err(error) => Err(EventError::Stream(error)),
        };
        self.ended = event.is_err();
        Some(event)
    }
}

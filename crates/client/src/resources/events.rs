use crontopus_api::{Event, EventKind};
use ureq::http::Method;

use super::decode;
use crate::query::Target;
use crate::sse::SseReader;
use crate::{Client, ClientError};

/// `/api/v1/events`: what changes, as it changes.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    pub(super) client: &'a Client,
}

/// Which events.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Of this kind only.
    pub kind: Option<EventKind>,
    /// What came after the event with this `seq`; only what comes from now on when absent.
    pub after: Option<i64>,
}

/// An open stream. Ends without an error when the server closes it: read [`EventStream::last_seq`], open a
/// new one after it.
#[derive(Debug)]
pub struct EventStream {
    reader: SseReader,
    last_seq: Option<i64>,
}

impl Events<'_> {
    /// Opens the stream.
    pub fn open(&self, filter: &EventFilter) -> Result<EventStream, ClientError> {
        let target = Target::new("/api/v1/events").query_word("kind", filter.kind);
        let mut outgoing = self.client.outgoing(Method::GET, &target, None, "text/event-stream");
        outgoing.headers.extend(filter.after.map(|seq| ("last-event-id", seq.to_string())));
        let response = self.client.http.open(&outgoing)?;
        let reader = SseReader::new(&self.client.http, outgoing.operation(), response);
        Ok(EventStream { reader, last_seq: filter.after })
    }
}

impl EventStream {
    /// Where to resume.
    pub fn last_seq(&self) -> Option<i64> {
        self.last_seq
    }
}

impl Iterator for EventStream {
    type Item = Result<Event, ClientError>;

    fn next(&mut self) -> Option<Self::Item> {
        let message = match self.reader.next()? {
            Ok(message) => message,
            Err(error) => return Some(Err(error)),
        };
        let event: Result<Event, _> = decode(self.reader.operation(), message.as_bytes());
        if let Ok(event) = &event {
            self.last_seq = Some(event.seq);
        }
        Some(event)
    }
}

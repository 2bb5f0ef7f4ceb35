use crontopus_domain::EventKind;
use crontopus_ids::SessionId;
use crontopus_store::{RecordedEvent, Topic, Wake};

use crate::access::{Actor, Principal};
use crate::{App, Result};

/// So many events are read at once.
const PAGE: u32 = 500;

/// Where the reader of a tenant's events stands.
#[derive(Debug)]
pub struct EventStream {
    actor: Actor,
    wake: Wake,
    after: i64,
    missed: bool,
}

impl App {
    /// Opens the events of the actor's tenant: after number `after`, or from now on. It subscribes before it
    /// looks, so that nothing falls in between.
    pub async fn open_events(&self, actor: &Actor, after: Option<i64>) -> Result<EventStream> {
        let wake = self.store.subscribe(Topic::Events);
        let mut read = self.read(actor.tenant_id).await?;
        let missed = match after {
            Some(after) => !read.has_events_since(after).await?,
            None => false,
        };
        let after = match after {
            Some(after) if !missed => after,
            _ => read.last_event().await?,
        };
        Ok(EventStream { actor: actor.clone(), wake, after, missed })
    }

    /// What happened since the last call; empty when nothing did, `None` when the credential has ended. The
    /// first events are one [`EventKind::Reset`] when the reader was away for too long.
    pub async fn next_events(&self, stream: &mut EventStream) -> Result<Option<Vec<RecordedEvent>>> {
        if !self.is_welcome(&stream.actor).await? {
            return Ok(None);
        }
        if std::mem::take(&mut stream.missed) {
            let (seq, at) = (stream.after, self.now_ms());
            return Ok(Some(vec![RecordedEvent {
                seq,
                kind: EventKind::Reset,
                at,
                id: String::new(),
                job: None,
            }]));
        }
        let mut read = self.read(stream.actor.tenant_id).await?;
        let events = read.list_events(stream.after, PAGE).await?;
        if let Some(last) = events.last() {
            stream.after = last.seq;
        }
        Ok(Some(events))
    }

    /// Whether the credential of an open stream is still good.
    async fn is_welcome(&self, actor: &Actor) -> Result<bool> {
        let now = self.now_ms();
        let mut read = self.read(actor.tenant_id).await?;
        let Some(user_id) = actor.user_id() else { return Ok(false) };
        if read.find_member(user_id).await?.is_none() {
            return Ok(false);
        }
        match actor.principal {
            Principal::Token { token_id, .. } => {
                let token = read.find_token(token_id).await?;
                Ok(token.is_some_and(|t| t.expires_at.is_none_or(|at| at > now)))
            }
            Principal::Person { session_id: Some(session), .. } => self.session_lasts(session, now).await,
            Principal::Person { session_id: None, .. } | Principal::Agent { .. } => Ok(true),
        }
    }

    async fn session_lasts(&self, session: SessionId, now: i64) -> Result<bool> {
        let session = self.look_up().await?.find_session_by_id(session).await?;
        Ok(session.is_some_and(|s| s.expires_at > now))
    }
}

impl EventStream {
    /// Returns when there may be something new. Cancel-safe.
    pub async fn changed(&mut self) {
        self.wake.wait().await;
    }
}

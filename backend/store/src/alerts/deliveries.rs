use crontopus_domain::alerts::{Occasion, Target};
use crontopus_ids::{ChannelId, IncidentId, OutboxId};
use sqlx::FromRow;

use super::outbox::Payload;
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_DELIVERIES = "SELECT o.id, o.message_id, o.occasion, o.target, c.name AS channel, o.incident_id, i.title, o.route,
            o.state, o.created_at, o.due_at, o.attempts, o.done_at, o.answer
        FROM outbox o LEFT JOIN channels c ON c.tenant_id = o.tenant_id AND c.id = o.target
        LEFT JOIN incidents i ON i.tenant_id = o.tenant_id AND i.id = o.incident_id
        WHERE o.tenant_id = $1 AND (o.created_at, o.id) < ($2, $3) AND (o.target = $5 OR $5 IS NULL)
            AND (o.incident_id = $6 OR $6 IS NULL) AND (o.state = $7 OR $7 IS NULL)
        ORDER BY o.created_at DESC, o.id DESC LIMIT $4";
    FIND_BACKLOG = "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE tenant_id = $1 AND done_at IS NULL";
    FIND_WHOLE_BACKLOG = "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE done_at IS NULL";
    CREATE_DONE = "INSERT INTO outbox (tenant_id, id, stream, seq, occasion, target, route, message_id, payload, state,
            created_at, due_at, attempts, done_at, answer)
        VALUES ($1, $2, $3, 0, $4, $5, '', $2, $6, $7, $8, $8, 1, $9, $10)";
}

/// How a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is to be sent, or to be sent again.
    Waiting,
    /// The provider took it.
    Sent,
    /// It was given up.
    Failed,
}

impl DeliveryState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

impl std::fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for DeliveryState {
    type Err = crontopus_domain::UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let all = [Self::Waiting, Self::Sent, Self::Failed];
        let unknown = || crontopus_domain::UnknownWord { word: word.to_owned(), set: "DeliveryState" };
        all.into_iter().find(|state| state.as_str() == word).ok_or_else(unknown)
    }
}

/// One thing one target is or was told. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Delivery {
    /// Id.
    #[sqlx(try_from = "Text<OutboxId>")]
    pub id: OutboxId,
    /// The message it is part of, once it was tried: the idempotency key.
    pub message_id: Option<String>,
    /// Why.
    #[sqlx(try_from = "Text<Occasion>")]
    pub occasion: Occasion,
    /// Who.
    #[sqlx(try_from = "Text<Target>")]
    pub target: Target,
    /// Name of the channel, unless it is the owners or was deleted.
    pub channel: Option<String>,
    /// The incident, `inc_…`.
    pub incident_id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// By which route; empty for the default route.
    pub route: String,
    /// How it is.
    #[sqlx(try_from = "Text<DeliveryState>")]
    pub state: DeliveryState,
    /// When it was written down.
    pub created_at: i64,
    /// When it is tried (again).
    pub due_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was sent or given up.
    pub done_at: Option<i64>,
    /// What was last answered.
    pub answer: Option<String>,
}

/// Which deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// To this channel.
    pub channel: Option<ChannelId>,
    /// About this incident.
    pub incident: Option<IncidentId>,
    /// How they are.
    pub state: Option<DeliveryState>,
}

/// What waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryBacklog {
    /// How many rows.
    pub waiting: i64,
    /// When the oldest was written, UTC milliseconds.
    pub oldest_at: Option<i64>,
}

impl Read<TenantScope> {
    /// Deliveries, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_deliveries(
        &mut self,
        filter: &DeliveryFilter,
        paging: &Paging,
    ) -> Result<Listed<Delivery>, StoreError> {
        let tenant = self.tenant();
        let before = paging.after.clone().unwrap_or(Cursor { at: i64::MAX, id: String::new() });
        let rows: Vec<Delivery> = query!(self, fetch_all LIST_DELIVERIES, Text(tenant), before.at, &before.id,
            paging.fetch(), filter.channel.map(Text), filter.incident.map(Text), filter.state.map(Text))?;
        Ok(paging.page(rows, |d| Cursor { at: d.created_at, id: d.id.to_string() }))
    }

    /// What waits to be sent for this tenant.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delivery_backlog(&mut self) -> Result<DeliveryBacklog, StoreError> {
        let tenant = self.tenant();
        let (waiting, oldest_at): (i64, Option<i64>) = query!(self, fetch_one FIND_BACKLOG, Text(tenant))?;
        Ok(DeliveryBacklog { waiting, oldest_at })
    }
}

impl Read<SystemScope> {
    /// What waits to be sent, of everybody.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn whole_delivery_backlog(&mut self) -> Result<DeliveryBacklog, StoreError> {
        let (waiting, oldest_at): (i64, Option<i64>) = query!(self, fetch_one FIND_WHOLE_BACKLOG)?;
        Ok(DeliveryBacklog { waiting, oldest_at })
    }
}

impl Tx<TenantScope> {
    /// Keeps what became of a test message.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_test_delivery(
        &mut self,
        (id, channel): (OutboxId, ChannelId),
        by: &str,
        (state, answer): (DeliveryState, &str),
        (sent_at, done_at): (i64, i64),
    ) -> Result<(), StoreError> {
        let (tenant, target) = (self.tenant(), Target::Channel(channel));
        let payload = Payload { by: Some(by.to_owned()), ..Payload::default() };
        let stream = format!("test {id}");
        query!(self, execute CREATE_DONE, Text(tenant), Text(id), &stream, Occasion::Test.as_str(), Text(target),
            JsonText(&payload), state.as_str(), sent_at, done_at, answer)
        .map(drop)
    }
}

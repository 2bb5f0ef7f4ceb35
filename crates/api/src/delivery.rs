use crontopus_ids::{ChannelId, IncidentId, OutboxId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing one channel, or the owners, is or was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Id.
    pub id: OutboxId,
    /// The message it is part of, once it was tried: what receivers get as idempotency key. Those of one group share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<OutboxId>,
    /// Why.
    pub occasion: Occasion,
    /// Name of the channel, or `owners`.
    pub to: String,
    /// The channel; absent for the owners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// The incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_id: Option<IncidentId>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `namespace/name` of the route; absent for the default route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// How it is.
    pub state: DeliveryState,
    /// When it was written down: with what it tells.
    pub created_at: Timestamp,
    /// When it is tried (again); absent when it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was sent or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
    /// What was last answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// Why somebody is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// An incident opened.
    Opened,
    /// It is open still, and nobody took it.
    Repeated,
    /// Nobody took it in time.
    Escalated,
    /// Somebody took it.
    Acknowledged,
    /// It is over.
    Resolved,
    /// It opens and resolves again and again.
    Flapping,
    /// A run has not started yet, and its window is still open.
    Late,
    /// Somebody tried the channel.
    Test,
    /// Something about the alerts themselves: a channel was disabled, a message was given up.
    Notice,
}

/// How a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be sent, or to be sent again.
    Waiting,
    /// The provider took it.
    Sent,
    /// It was given up.
    Failed,
}

/// What waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryQueue {
    /// How many deliveries.
    pub waiting: u64,
    /// When the oldest was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_at: Option<Timestamp>,
    /// Seconds since then.
    pub oldest_age_seconds: u64,
}

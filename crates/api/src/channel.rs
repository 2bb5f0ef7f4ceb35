use crontopus_ids::ChannelId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where notifications go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Channel {
    /// Id.
    pub id: ChannelId,
    /// What routes call it.
    pub name: String,
    /// Its kind.
    pub kind: ChannelKind,
    /// Its settings; of secrets only that they are set.
    #[schema(value_type = Object)]
    pub settings: serde_json::Value,
    /// Whether it is told what no route is for.
    pub default: bool,
    /// Whether anything is sent to it.
    pub enabled: bool,
    /// Why not: somebody said so, or the provider's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_why: Option<String>,
    /// The provider wants no message before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// When something was last tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Timestamp>,
    /// Whether it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sent: Option<bool>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_answer: Option<String>,
    /// E-mail address of who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// A kind of channel; what its settings are is in `docs/alerts.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// A request with a body of one's own, signed.
    Webhook,
    /// Slack: an incoming webhook, or a bot that updates and threads.
    Slack,
    /// E-mail.
    Email,
    /// PagerDuty, Events API v2.
    PagerDuty,
    /// Microsoft Teams, by a workflow's webhook.
    Teams,
    /// Discord, by a webhook.
    Discord,
    /// Telegram, by a bot.
    Telegram,
    /// ntfy.
    Ntfy,
    /// Opsgenie, Alert API v2.
    Opsgenie,
}

impl ChannelKind {
    /// Every kind there is, by its word.
    pub const WORDS: &'static [&'static str] =
        &["webhook", "slack", "email", "pagerduty", "teams", "discord", "telegram", "ntfy", "opsgenie"];
}

/// `POST /api/v1/channels`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateChannel {
    /// What routes call it: a-z, 0-9 and `-` between them, at most 63.
    pub name: String,
    /// Its kind.
    pub kind: ChannelKind,
    /// Its settings, secrets too. They are encrypted and never answered again.
    #[schema(value_type = Object)]
    pub settings: serde_json::Value,
    /// Whether it is told what no route is for.
    #[serde(default)]
    pub default: bool,
}

/// `PATCH /api/v1/channels/{id}`: what is absent stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateChannel {
    /// What routes call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fields of its settings; those that are not named stay, and `null` takes one away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub settings: Option<serde_json::Value>,
    /// Whether it is told what no route is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
    /// Whether anything is sent to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What a provider answered to a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelTest {
    /// Whether it took the message.
    pub sent: bool,
    /// What it answered.
    pub answer: String,
    /// Milliseconds until the answer.
    pub duration_ms: u64,
}

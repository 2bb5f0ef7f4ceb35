use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What another Git server calls when somebody pushed there, so that the sync does not wait for the next fetch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RepositoryWebhook {
    /// The address to give to the Git server.
    pub url: String,
    /// Whether there is a secret, without which no call is believed.
    pub active: bool,
    /// When the secret was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When a call was believed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// Whose call that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<GitProvider>,
}

/// A webhook with a fresh secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreatedRepositoryWebhook {
    /// The webhook.
    pub webhook: RepositoryWebhook,
    /// The secret to give to the Git server; shown this once.
    pub secret: String,
}

/// Whose Git server calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GitProvider {
    /// GitHub.
    Github,
    /// GitLab.
    Gitlab,
    /// Gitea.
    Gitea,
    /// Forgejo.
    Forgejo,
    /// Gogs.
    Gogs,
    /// Bitbucket, in the cloud or the data center.
    Bitbucket,
    /// Something else that signs like GitHub.
    Other,
}

/// The answer to a call that was believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookReceipt {
    /// Whether a sync was asked for: yes for a push, no for anything else.
    pub sync: bool,
}

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Clients of another monitor that report with a key of the tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Integration {
    /// Whose clients.
    pub kind: IntegrationKind,
    /// Whether there is a key; without one nobody reports this way.
    pub active: bool,
    /// The first characters of the key, to tell keys apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// When the key was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// The address to give to the client, with `<key>` where the key belongs.
    pub address: String,
}

/// Whose clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationKind {
    /// Healthchecks pings by slug.
    Healthchecks,
    /// Sentry Crons.
    Sentry,
    /// Cronitor telemetry.
    Cronitor,
}

/// `POST /api/v1/integrations/{kind}/key`: a new key; the old one ends at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreatedIntegrationKey {
    /// Whose clients it is for.
    pub kind: IntegrationKind,
    /// The secret, shown this once. Whoever has it can report runs, nothing else.
    pub key: String,
    /// The address to give to the client, with the key in it; for Sentry the DSN.
    pub address: String,
}

impl IntegrationKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Healthchecks, Self::Sentry, Self::Cronitor];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Healthchecks => "healthchecks",
            Self::Sentry => "sentry",
            Self::Cronitor => "cronitor",
        }
    }
}

impl std::fmt::Display for IntegrationKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

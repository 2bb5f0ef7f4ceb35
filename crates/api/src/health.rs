use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /readyz`: 200 when requests can be answered, 503 otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Whether requests can be answered: every needed part is well.
    pub ok: bool,
    /// The server's version.
    pub version: String,
    /// What is not well, in one sentence; absent when everything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Each part.
    pub components: Vec<Component>,
}

/// One part of the service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// Which.
    pub name: ComponentName,
    /// Whether it is well.
    pub ok: bool,
    /// Whether requests cannot be answered without it.
    pub needed: bool,
    /// What is wrong; absent when it is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ComponentProblem>,
    /// What was seen, in words for people.
    pub detail: String,
    /// What an operator does next; absent when it is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// A part of the service that can be unwell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentName {
    /// The database answers.
    Database,
    /// The database takes what is written.
    Writes,
    /// Check-ins are taken.
    Ingest,
    /// What is overdue is decided.
    Sweep,
    /// Notifications are sent.
    Sender,
    /// Check-ins come in as on other days.
    Volume,
}

/// What is wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentProblem {
    /// It does not answer.
    Unreachable,
    /// It answers but changes nothing.
    ReadOnly,
    /// It takes nothing more for now.
    Full,
    /// It does not move.
    Stalled,
    /// It does its work too late.
    Behind,
    /// It is far below what is usual.
    Fallen,
}

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /readyz`: 200 when everything is well, 503 otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Whether everything is well.
    pub ok: bool,
    /// The server's version.
    pub version: String,
    /// Each part.
    pub components: Vec<Component>,
}

/// One part of the service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// `database`, `ingest`, `sweep`, `git`, …
    pub name: String,
    /// Whether it is well.
    pub ok: bool,
    /// What is wrong, or what is worth knowing.
    pub detail: String,
}

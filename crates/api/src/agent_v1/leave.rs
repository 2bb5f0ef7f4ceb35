use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /agent/v1/leave`: the last thing an agent says. Its keys are not taken any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Entries that stay on the host and go on, with nobody to look after them.
    pub kept: u64,
}

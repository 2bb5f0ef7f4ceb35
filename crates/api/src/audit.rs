use crontopus_ids::AuditId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: an e-mail address, `token <name>`, `agent <name>` or `system`.
    pub actor: String,
    /// The operation, like `revoke_agent`.
    pub action: String,
    /// What it was done to.
    pub target: String,
    /// Address it came from, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_addr: Option<String>,
    /// What is worth knowing; never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

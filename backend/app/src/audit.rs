use crontopus_ids::AuditId;
use crontopus_store::{AuditLine, Listed, Paging};

use crate::access::{Actor, Origin};
use crate::{App, Result};

/// What was done, for the audit log.
#[derive(Debug, Clone, Default)]
pub struct Deed<'a> {
    /// The operation, as in the API's document.
    pub action: &'static str,
    /// What it was done to.
    pub target: &'a str,
    /// What is worth knowing; never a secret.
    pub detail: Option<String>,
}

impl<'a> Deed<'a> {
    /// `action` was done to `target`.
    pub fn new(action: &'static str, target: &'a str) -> Self {
        Self { action, target, detail: None }
    }

    /// Adds what is worth knowing.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl App {
    /// The audit log of the actor's tenant, newest first.
    pub async fn list_audit(&self, actor: &Actor, paging: &Paging) -> Result<Listed<AuditLine>> {
        Ok(self.read(actor.tenant_id).await?.list_audit(paging).await?)
    }

    /// The line that says that `actor` did `deed`.
    pub(crate) fn audit_line(&self, actor: &Actor, deed: Deed<'_>) -> AuditLine {
        self.line(&actor.label, actor.origin, deed)
    }

    /// The line that says that `who` did `deed`.
    pub(crate) fn line(&self, who: &str, origin: Origin, deed: Deed<'_>) -> AuditLine {
        let at = self.now_ms();
        AuditLine {
            id: AuditId::from_parts(at, self.random()),
            at,
            actor: who.to_owned(),
            action: deed.action.to_owned(),
            target: deed.target.to_owned(),
            remote_addr: origin.address.map(|a| a.to_string()),
            detail: deed.detail,
        }
    }
}

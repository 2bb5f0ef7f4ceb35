//! Who changed what.

use crontopus_ids::{AuditId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_AUDIT = "SELECT id, at, actor, action, target, remote_addr, detail FROM audit
        WHERE tenant_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3";
    CREATE_AUDIT = "INSERT INTO audit (tenant_id, id, at, actor, action, target, remote_addr, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AuditLine {
    /// Id.
    #[sqlx(try_from = "Text<AuditId>")]
    pub id: AuditId,
    /// UTC milliseconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// The operation.
    pub action: String,
    /// What it was done to.
    pub target: String,
    /// Where from.
    pub remote_addr: Option<String>,
    /// What is worth knowing.
    pub detail: Option<String>,
}

impl Read<TenantScope> {
    /// The log, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_audit(&mut self, paging: &Paging) -> Result<Listed<AuditLine>, StoreError> {
        let (tenant, after) = (self.tenant(), paging.after.as_ref().map_or("", |c| c.id.as_str()));
        let rows: Vec<AuditLine> = query!(self, fetch_all LIST_AUDIT, Text(tenant), after, paging.fetch())?;
        Ok(paging.page(rows, |l| Cursor { at: 0, id: l.id.to_string() }))
    }
}

impl Tx<TenantScope> {
    /// Writes a line.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_audit(&mut self, line: &AuditLine) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_AUDIT, Text(tenant), Text(line.id), line.at, &line.actor, &line.action,
            &line.target, &line.remote_addr, &line.detail)
        .map(drop)
    }
}

impl Tx<SystemScope> {
    /// Writes a line of a tenant: what happens before anybody is signed in, and what the service does.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_audit_of(&mut self, tenant: TenantId, line: &AuditLine) -> Result<(), StoreError> {
        query!(self, execute CREATE_AUDIT, Text(tenant), Text(line.id), line.at, &line.actor, &line.action,
            &line.target, &line.remote_addr, &line.detail)
        .map(drop)
    }
}

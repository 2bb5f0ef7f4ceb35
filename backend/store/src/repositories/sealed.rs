//! Encrypted credentials, for a change of the key.

use crontopus_ids::{RepositoryId, TenantId};

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    LIST_SEALED = "SELECT tenant_id, id, sealed FROM repositories WHERE sealed IS NOT NULL ORDER BY tenant_id, id";
    RESEAL = "UPDATE repositories SET sealed = $4 WHERE tenant_id = $1 AND id = $2 AND sealed = $3";
}

impl Read<SystemScope> {
    /// What is encrypted of every repository that has credentials.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_sealed_repositories(
        &mut self,
    ) -> Result<Vec<(TenantId, RepositoryId, Vec<u8>)>, StoreError> {
        let rows: Vec<(Text<TenantId>, Text<RepositoryId>, Vec<u8>)> = query!(self, fetch_all LIST_SEALED)?;
        Ok(rows.into_iter().map(|(tenant, id, sealed)| (tenant.0, id.0, sealed)).collect())
    }
}

impl Tx<SystemScope> {
    /// Puts what was encrypted anew in the place of `before`; whether nobody else changed it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reseal_repository(
        &mut self,
        tenant: TenantId,
        id: RepositoryId,
        (before, after): (&[u8], &[u8]),
    ) -> Result<bool, StoreError> {
        Ok(query!(self, execute RESEAL, Text(tenant), Text(id), before, after)? > 0)
    }
}

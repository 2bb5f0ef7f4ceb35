//! Keys by which clients of other monitors report.

use crontopus_domain::Integration;
use crontopus_ids::TenantId;
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_INTEGRATIONS = "SELECT kind, hint, created_at, created_by FROM integration_keys
        WHERE tenant_id = $1 ORDER BY kind";
    SET_INTEGRATION = "INSERT INTO integration_keys (tenant_id, kind, key_hash, hint, created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, kind) DO UPDATE SET key_hash = excluded.key_hash, hint = excluded.hint,
            created_at = excluded.created_at, created_by = excluded.created_by";
    DELETE_INTEGRATION = "DELETE FROM integration_keys WHERE tenant_id = $1 AND kind = $2";
}

batches! {
    FIND_INTEGRATIONS(key_hash Text) = "SELECT k.key_hash, k.tenant_id, k.kind
        FROM {rows} CROSS JOIN integration_keys k WHERE k.key_hash = batch.key_hash";
}

/// A key of a tenant; its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct IntegrationKey {
    /// Whose clients it is for.
    #[sqlx(try_from = "Text<Integration>")]
    pub kind: Integration,
    /// The first characters of the key.
    pub hint: String,
    /// UTC milliseconds.
    pub created_at: i64,
    /// Who made it.
    pub created_by: String,
}

impl<S: Scope> Read<S> {
    /// Whose the keys are, by their hash; unknown ones are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_integrations(
        &mut self,
        hashes: &[&str],
    ) -> Result<Vec<(String, TenantId, Integration)>, StoreError> {
        let mut batch = Batch::of(&FIND_INTEGRATIONS);
        for hash in hashes {
            batch.text(hash);
        }
        let rows: Vec<(String, Text<TenantId>, Text<Integration>)> = batch.fetch_all(self).await?;
        Ok(rows.into_iter().map(|(hash, tenant, kind)| (hash, tenant.0, kind.0)).collect())
    }
}

impl Read<TenantScope> {
    /// The tenant's keys, by kind.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_integrations(&mut self) -> Result<Vec<IntegrationKey>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_INTEGRATIONS, Text(tenant))
    }
}

impl Tx<TenantScope> {
    /// Gives the tenant a key, by its hash; the one before ends at once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the key is in use.
    pub async fn set_integration(&mut self, key: &IntegrationKey, hash: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute SET_INTEGRATION, Text(tenant), Text(key.kind), hash, &key.hint, key.created_at,
            &key.created_by)
        .map(drop)
    }

    /// Takes the key away; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_integration(&mut self, kind: Integration) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute DELETE_INTEGRATION, Text(tenant), Text(kind))? == 1)
    }
}

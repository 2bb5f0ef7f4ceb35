//! What other Git servers call when somebody pushed.

use crontopus_ids::{RepositoryId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_HOOK = "SELECT created_at, received_at, provider FROM repository_hooks
        WHERE tenant_id = $1 AND repository_id = $2";
    SET_HOOK = "INSERT INTO repository_hooks (tenant_id, repository_id, sealed, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, repository_id) DO UPDATE SET sealed = excluded.sealed,
            created_at = excluded.created_at, received_at = NULL, provider = NULL";
    DELETE_HOOK = "DELETE FROM repository_hooks WHERE tenant_id = $1 AND repository_id = $2";
    FIND_HOOK_SECRET = "SELECT tenant_id, sealed FROM repository_hooks WHERE repository_id = $1";
    NOTE_CALL = "UPDATE repository_hooks SET received_at = $3, provider = $4
        WHERE tenant_id = $1 AND repository_id = $2";
    LIST_SEALED_HOOKS = "SELECT tenant_id, repository_id, sealed FROM repository_hooks
        ORDER BY tenant_id, repository_id";
    RESEAL_HOOK = "UPDATE repository_hooks SET sealed = $4
        WHERE tenant_id = $1 AND repository_id = $2 AND sealed = $3";
}

/// The webhook of a repository; its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RepositoryHook {
    /// When its secret was made, UTC milliseconds.
    pub created_at: i64,
    /// When a call was believed last, UTC milliseconds.
    pub received_at: Option<i64>,
    /// Whose call that was: a word of [`GitProvider`](crontopus_domain::GitProvider).
    pub provider: Option<String>,
}

impl Read<TenantScope> {
    /// The webhook of a repository, if it has one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_repository_hook(
        &mut self,
        id: RepositoryId,
    ) -> Result<Option<RepositoryHook>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_HOOK, Text(tenant), Text(id))
    }
}

impl Read<SystemScope> {
    /// Whose a repository's webhook is, and its encrypted secret.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_hook_secret(
        &mut self,
        id: RepositoryId,
    ) -> Result<Option<(TenantId, Vec<u8>)>, StoreError> {
        let row: Option<(Text<TenantId>, Vec<u8>)> = query!(self, fetch_optional FIND_HOOK_SECRET, Text(id))?;
        Ok(row.map(|(tenant, sealed)| (tenant.0, sealed)))
    }

    /// The encrypted secrets of all webhooks.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_sealed_hooks(&mut self) -> Result<Vec<(TenantId, RepositoryId, Vec<u8>)>, StoreError> {
        let rows: Vec<(Text<TenantId>, Text<RepositoryId>, Vec<u8>)> =
            query!(self, fetch_all LIST_SEALED_HOOKS)?;
        Ok(rows.into_iter().map(|(tenant, id, sealed)| (tenant.0, id.0, sealed)).collect())
    }
}

impl Tx<TenantScope> {
    /// Gives a repository's webhook a secret; the one before ends at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_repository_hook(
        &mut self,
        id: RepositoryId,
        sealed: &[u8],
        now: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute SET_HOOK, Text(tenant), Text(id), sealed, now).map(drop)
    }

    /// Takes a repository's webhook away; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_repository_hook(&mut self, id: RepositoryId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute DELETE_HOOK, Text(tenant), Text(id))? == 1)
    }

    /// Notes that a call of `provider` was believed at `now` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_hook_call(
        &mut self,
        id: RepositoryId,
        now: i64,
        provider: &str,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute NOTE_CALL, Text(tenant), Text(id), now, provider).map(drop)
    }
}

impl Tx<SystemScope> {
    /// Puts what was encrypted anew in the place of `before`; whether nobody else changed it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reseal_hook(
        &mut self,
        tenant: TenantId,
        id: RepositoryId,
        (before, after): (&[u8], &[u8]),
    ) -> Result<bool, StoreError> {
        Ok(query!(self, execute RESEAL_HOOK, Text(tenant), Text(id), before, after)? > 0)
    }
}

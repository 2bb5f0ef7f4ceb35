use crontopus_ids::{RepositoryId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};
use crate::wake::Topic;

statements! {
    LEASE_DUE = "UPDATE repositories SET leased_until = $2 WHERE (tenant_id, id) IN (
            SELECT tenant_id, id FROM repositories WHERE due_at <= $1 AND leased_until <= $1
            ORDER BY due_at LIMIT $3"
        skip locked ") RETURNING tenant_id, id, kind, due_at";
    NEXT_DUE = "SELECT MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END) FROM repositories
        WHERE due_at IS NOT NULL";
    RELEASE_DUE = "UPDATE repositories SET leased_until = 0,
            due_at = CASE WHEN due_at > $3 THEN due_at WHEN kind = 'remote' THEN $4 ELSE NULL END
        WHERE tenant_id = $1 AND id = $2";
    MAKE_DUE = "UPDATE repositories SET due_at = $3 WHERE tenant_id = $1 AND id = $2";
    LIST_ALL = "SELECT tenant_id, id, kind, due_at FROM repositories ORDER BY tenant_id, created_at, id";
}

/// A repository that somebody took to bring up to date.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DueRepository {
    /// Whose it is.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Id.
    #[sqlx(try_from = "Text<RepositoryId>")]
    pub id: RepositoryId,
    /// `built_in` or `remote`.
    pub kind: String,
    /// Since when it is due, UTC milliseconds.
    pub due_at: Option<i64>,
}

impl Tx<SystemScope> {
    /// Takes up to `limit` repositories that are due at `now` for oneself until `until`; nobody else gets
    /// them before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lease_due_repositories(
        &mut self,
        now: i64,
        until: i64,
        limit: u32,
    ) -> Result<Vec<DueRepository>, StoreError> {
        query!(self, fetch_all LEASE_DUE, now, until, i64::from(limit))
    }
}

impl Read<SystemScope> {
    /// When the next repository is due, UTC milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn next_due_repository(&mut self) -> Result<Option<i64>, StoreError> {
        let (at,): (Option<i64>,) = query!(self, fetch_one NEXT_DUE)?;
        Ok(at)
    }

    /// Every repository of every tenant, those of one tenant in the order they were connected.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_all_repositories(&mut self) -> Result<Vec<DueRepository>, StoreError> {
        query!(self, fetch_all LIST_ALL)
    }
}

impl Tx<TenantScope> {
    /// Gives a leased repository back; it is due again at `next`, or earlier if somebody asked for that since
    /// `begun`. A built-in one is due only when it is asked for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn release_repository(
        &mut self,
        id: RepositoryId,
        begun: i64,
        next: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute RELEASE_DUE, Text(tenant), Text(id), begun, next).map(drop)
    }

    /// Makes a repository due at `at` and wakes whoever syncs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn make_repository_due(&mut self, id: RepositoryId, at: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        self.wake(Topic::Sync);
        query!(self, execute MAKE_DUE, Text(tenant), Text(id), at).map(drop)
    }
}

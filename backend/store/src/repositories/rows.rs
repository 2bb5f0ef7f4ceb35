use crontopus_domain::{RepositoryKind, SyncState};
use crontopus_ids::RepositoryId;
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};

statements! {
    LIST_REPOSITORIES = "SELECT * FROM repositories WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3";
    FIND_REPOSITORY = "SELECT * FROM repositories WHERE tenant_id = $1 AND name = $2";
    GET_REPOSITORY = "SELECT * FROM repositories WHERE tenant_id = $1 AND id = $2";
    FIND_FOLLOWED = "SELECT * FROM repositories WHERE tenant_id = $1 ORDER BY created_at, id LIMIT 1";
    FIND_SEALED = "SELECT sealed FROM repositories WHERE tenant_id = $1 AND id = $2";
    CREATE_REPOSITORY = "INSERT INTO repositories (tenant_id, id, name, kind, remote_url, branch, sealed, sync_interval_s,
            state, steps, jobs, errors, due_at, leased_until, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'empty', 0, 0, 0, $9, 0, $10)";
    UPDATE_REPOSITORY = "UPDATE repositories SET branch = $3, sync_interval_s = $4
        WHERE tenant_id = $1 AND id = $2";
    UPDATE_SEALED = "UPDATE repositories SET sealed = $3 WHERE tenant_id = $1 AND id = $2";
    DELETE_REPOSITORY = "DELETE FROM repositories WHERE tenant_id = $1 AND id = $2";
}

/// A repository a tenant's manifests come from; its credentials are not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Repository {
    /// Id.
    #[sqlx(try_from = "Text<RepositoryId>")]
    pub id: RepositoryId,
    /// Name, unique in the tenant.
    pub name: String,
    /// Where it lives.
    #[sqlx(try_from = "Text<RepositoryKind>")]
    pub kind: RepositoryKind,
    /// The remote's address.
    pub remote_url: Option<String>,
    /// The branch that is followed.
    pub branch: String,
    /// Seconds between fetches.
    pub sync_interval_s: i64,
    /// How the last sync went.
    #[sqlx(try_from = "Text<SyncState>")]
    pub state: SyncState,
    /// The commit the projection was made of.
    #[sqlx(rename = "commit_id")]
    pub commit: Option<String>,
    /// How many commits were looked at so far.
    pub steps: i64,
    /// When the projection was last brought up to date, UTC milliseconds.
    pub synced_at: Option<i64>,
    /// Why the last sync failed.
    pub error: Option<String>,
    /// Jobs in force.
    pub jobs: i64,
    /// Errors at the commit.
    pub errors: i64,
    /// UTC milliseconds.
    pub created_at: i64,
}

/// What a repository begins with.
#[derive(Debug, Clone)]
pub struct NewRepository {
    /// Id.
    pub id: RepositoryId,
    /// Name, unique in the tenant.
    pub name: String,
    /// Where it lives.
    pub kind: RepositoryKind,
    /// The remote's address.
    pub remote_url: Option<String>,
    /// The branch to follow.
    pub branch: String,
    /// Encrypted credentials.
    pub sealed: Option<Vec<u8>>,
    /// Seconds between fetches.
    pub sync_interval_s: i64,
    /// UTC milliseconds.
    pub created_at: i64,
}

impl Read<TenantScope> {
    /// Repositories by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_repositories(&mut self, paging: &Paging) -> Result<Listed<Repository>, StoreError> {
        let (tenant, after) = (self.tenant(), paging.after.as_ref().map_or("", |c| c.id.as_str()));
        let rows: Vec<Repository> =
            query!(self, fetch_all LIST_REPOSITORIES, Text(tenant), after, paging.fetch())?;
        Ok(paging.page(rows, |r| Cursor { at: 0, id: r.name.clone() }))
    }

    /// The repository with this name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_repository(&mut self, name: &str) -> Result<Option<Repository>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_REPOSITORY, Text(tenant), name)
    }

    /// The repository with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn get_repository(&mut self, id: RepositoryId) -> Result<Repository, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional GET_REPOSITORY, Text(tenant), Text(id))?
            .ok_or(StoreError::Missing { table: "repositories" })
    }

    /// The repository the tenant's agents follow: the one that was connected first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_followed_repository(&mut self) -> Result<Option<Repository>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_FOLLOWED, Text(tenant))
    }

    /// The encrypted credentials of a repository.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_sealed(&mut self, id: RepositoryId) -> Result<Option<Vec<u8>>, StoreError> {
        let tenant = self.tenant();
        let row: Option<(Option<Vec<u8>>,)> =
            query!(self, fetch_optional FIND_SEALED, Text(tenant), Text(id))?;
        Ok(row.and_then(|(sealed,)| sealed))
    }
}

impl Tx<TenantScope> {
    /// Connects a repository; a remote is due at once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn create_repository(&mut self, new: &NewRepository) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let due = (new.kind == RepositoryKind::Remote).then_some(new.created_at);
        query!(self, execute CREATE_REPOSITORY, Text(tenant), Text(new.id), &new.name, Text(new.kind),
            &new.remote_url, &new.branch, &new.sealed, new.sync_interval_s, due, new.created_at)
        .map(drop)
    }

    /// Changes what may be changed.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn update_repository(
        &mut self,
        id: RepositoryId,
        branch: &str,
        sync_interval_s: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        match query!(self, execute UPDATE_REPOSITORY, Text(tenant), Text(id), branch, sync_interval_s)? {
            1 => Ok(()),
            _ => Err(StoreError::Missing { table: "repositories" }),
        }
    }

    /// Replaces the encrypted credentials.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn update_sealed(&mut self, id: RepositoryId, sealed: &[u8]) -> Result<(), StoreError> {
        let tenant = self.tenant();
        match query!(self, execute UPDATE_SEALED, Text(tenant), Text(id), sealed)? {
            1 => Ok(()),
            _ => Err(StoreError::Missing { table: "repositories" }),
        }
    }

    /// Forgets a repository with its documents, diagnostics and revisions. Its jobs are retired before, by
    /// whoever calls: each has monitors that must be disarmed.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn delete_repository(&mut self, id: RepositoryId, now: i64) -> Result<(), StoreError> {
        self.replace_documents(id, &[], now).await?;
        self.delete_diagnostics_of(id).await?;
        self.delete_revisions_of(id).await?;
        self.delete_repository_hook(id).await?;
        let tenant = self.tenant();
        match query!(self, execute DELETE_REPOSITORY, Text(tenant), Text(id))? {
            1 => Ok(()),
            _ => Err(StoreError::Missing { table: "repositories" }),
        }
    }
}

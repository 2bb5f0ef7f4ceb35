use crontopus_domain::SyncState;
use crontopus_ids::RepositoryId;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Tx;

statements! {
    RECORD_SYNC = "UPDATE repositories SET state = $4, commit_id = $5, steps = $6, synced_at = $7, error = NULL,
            jobs = (SELECT COUNT(*) FROM jobs
                WHERE jobs.tenant_id = repositories.tenant_id AND jobs.repository_id = repositories.id
                    AND jobs.removed_at IS NULL),
            errors = (SELECT COUNT(*) FROM diagnostics
                WHERE diagnostics.tenant_id = repositories.tenant_id
                    AND diagnostics.repository_id = repositories.id AND diagnostics.severity = 'error')
        WHERE tenant_id = $1 AND id = $2 AND commit_id IS NOT DISTINCT FROM $3";
    SETTLE_SYNC = "UPDATE repositories
        SET state = CASE WHEN errors = 0 THEN 'ok' ELSE 'partial' END
        WHERE tenant_id = $1 AND id = $2 AND state <> 'empty'";
    TOUCH_SYNC = "UPDATE repositories SET synced_at = $3, error = NULL,
            state = CASE WHEN commit_id IS NULL THEN 'empty' WHEN errors = 0 THEN 'ok' ELSE 'partial' END
        WHERE tenant_id = $1 AND id = $2";
    FAIL_SYNC = "UPDATE repositories SET state = 'failed', error = $3
        WHERE tenant_id = $1 AND id = $2 AND (state <> 'failed' OR error IS DISTINCT FROM $3)";
}

/// What a sync brought the projection to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// The commit the sync began from; another one in the table means somebody else was first.
    pub from: Option<String>,
    /// The commit the projection shows now; `None` when the branch is gone and nothing was ever there.
    pub to: Option<String>,
    /// How many commits were looked at, ever.
    pub steps: i64,
    /// UTC milliseconds.
    pub at: i64,
}

impl Tx<TenantScope> {
    /// Records the commit after jobs, documents and diagnostics were written, and counts them. Answers
    /// `false`, and the transaction must be dropped, when another sync was first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_sync(&mut self, id: RepositoryId, synced: &Synced) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let state = if synced.to.is_some() { SyncState::Ok } else { SyncState::Empty };
        let reached = query!(self, execute RECORD_SYNC, Text(tenant), Text(id), &synced.from, Text(state),
            &synced.to, synced.steps, synced.at)?;
        query!(self, execute SETTLE_SYNC, Text(tenant), Text(id))?;
        Ok(reached == 1)
    }

    /// Records that the repository was looked at and nothing had changed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn touch_sync(&mut self, id: RepositoryId, at: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute TOUCH_SYNC, Text(tenant), Text(id), at).map(drop)
    }

    /// Records why a sync failed; what is in force stays. Answers whether that is news.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn fail_sync(&mut self, id: RepositoryId, error: &str) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute FAIL_SYNC, Text(tenant), Text(id), error)? == 1)
    }
}

//! Which commits changed which job.

use crontopus_ids::{JobId, RepositoryId};
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};

statements! {
    LIST_REVISIONS = "SELECT job_id, seq, commit_id, file, digest, summary, author, authored_at FROM job_revisions
        WHERE tenant_id = $1 AND job_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4";
    DELETE_REVISIONS = "DELETE FROM job_revisions WHERE tenant_id = $1 AND repository_id = $2";
}

batches! {
    ADD_REVISIONS(tenant_id Text, job_id Text, seq Int, repository_id Text, commit_id Text, file Text, digest Text,
        summary Text, author Text, authored_at Int)
        = "INSERT INTO job_revisions (tenant_id, job_id, seq, repository_id, commit_id, file, digest, summary, author,
            authored_at)
        SELECT tenant_id, job_id, seq, repository_id, commit_id, file, digest, summary, author, authored_at
        FROM {rows} WHERE true
        ON CONFLICT (tenant_id, job_id, seq) DO UPDATE SET commit_id = excluded.commit_id, file = excluded.file,
            digest = excluded.digest, summary = excluded.summary, author = excluded.author,
            authored_at = excluded.authored_at";
}

/// One change of one job.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct JobRevision {
    /// The job.
    #[sqlx(try_from = "Text<JobId>")]
    pub job_id: JobId,
    /// Follows the order of the repository's commits.
    pub seq: i64,
    /// The commit.
    #[sqlx(rename = "commit_id")]
    pub commit: String,
    /// Path of the job's file there, or where it was before it was removed.
    pub file: String,
    /// Digest of the form then; `None` when the commit removed the job or broke it.
    pub digest: Option<String>,
    /// First line of the commit's message.
    pub summary: String,
    /// Author of the commit.
    pub author: String,
    /// UTC milliseconds.
    pub authored_at: i64,
}

impl Read<TenantScope> {
    /// Changes of a job, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_revisions(
        &mut self,
        job_id: JobId,
        paging: &Paging,
    ) -> Result<Listed<JobRevision>, StoreError> {
        let (tenant, before) = (self.tenant(), paging.after.as_ref().map_or(i64::MAX, |c| c.at));
        let rows: Vec<JobRevision> =
            query!(self, fetch_all LIST_REVISIONS, Text(tenant), Text(job_id), before, paging.fetch())?;
        Ok(paging.page(rows, |r| Cursor { at: r.seq, id: String::new() }))
    }
}

impl Tx<TenantScope> {
    /// Adds changes of jobs of one repository.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn add_revisions(
        &mut self,
        repository_id: RepositoryId,
        revisions: &[JobRevision],
    ) -> Result<(), StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&ADD_REVISIONS));
        for revision in revisions {
            batch.text(tenant).text(revision.job_id).int(revision.seq).text(repository_id);
            batch.text(&revision.commit).text(&revision.file).opt_text(revision.digest.as_ref());
            batch.text(&revision.summary).text(&revision.author).int(revision.authored_at);
        }
        batch.execute(self).await.map(drop)
    }

    /// Forgets the changes of all jobs of a repository.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_revisions_of(&mut self, repository_id: RepositoryId) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute DELETE_REVISIONS, Text(tenant), Text(repository_id)).map(drop)
    }
}

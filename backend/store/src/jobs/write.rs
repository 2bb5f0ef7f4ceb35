use crontopus_ids::{JobId, RepositoryId};

use super::JobForm;
use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Tx;

statements! {
    RETIRE_REPOSITORY = "UPDATE jobs SET removed_at = $3
        WHERE tenant_id = $1 AND repository_id = $2 AND removed_at IS NULL RETURNING id";
}

batches! {
    RETIRE_JOBS(tenant_id Text, id Text, at Int) = "UPDATE jobs SET removed_at = batch.at
        FROM {rows} WHERE jobs.tenant_id = batch.tenant_id AND jobs.id = batch.id AND jobs.removed_at IS NULL";
    PUT_JOBS(tenant_id Text, id Text, repository_id Text, namespace Text, name Text, uid Text, description Text,
        schedule Text, timezone Text, labels Text, ping Bool, one_host Bool, enabled Bool, paused Bool, file Text,
        line Int, commit_id Text, digest Text, manifest Text, invalid Bool, created_at Int, updated_at Int, removed_at Int)
        = "INSERT INTO jobs (tenant_id, id, repository_id, namespace, name, uid, description, schedule, timezone, labels,
            ping, one_host, enabled, paused, file, line, commit_id, digest, manifest, invalid, created_at, updated_at,
            removed_at)
        SELECT tenant_id, id, repository_id, namespace, name, uid, description, schedule, timezone, labels, ping,
            one_host, enabled, paused, file, line, commit_id, digest, manifest, invalid, created_at, updated_at, removed_at
        FROM {rows} WHERE true
        ON CONFLICT (tenant_id, id) DO UPDATE SET repository_id = excluded.repository_id,
            namespace = excluded.namespace, name = excluded.name, uid = excluded.uid,
            description = excluded.description, schedule = excluded.schedule, timezone = excluded.timezone,
            labels = excluded.labels, ping = excluded.ping, one_host = excluded.one_host, enabled = excluded.enabled,
            paused = excluded.paused, file = excluded.file, line = excluded.line, commit_id = excluded.commit_id,
            digest = excluded.digest, manifest = excluded.manifest, invalid = excluded.invalid,
            updated_at = excluded.updated_at, removed_at = excluded.removed_at";
}

impl Tx<TenantScope> {
    /// Removes jobs from what is in force; their rows stay. How many were in force.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn retire_jobs(
        &mut self,
        ids: impl IntoIterator<Item = JobId>,
        at: i64,
    ) -> Result<u64, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&RETIRE_JOBS));
        for id in ids {
            batch.text(tenant).text(id).int(at);
        }
        batch.execute(self).await
    }

    /// Removes every job of a repository from what is in force; which they were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn retire_jobs_of(
        &mut self,
        repository_id: RepositoryId,
        at: i64,
    ) -> Result<Vec<JobId>, StoreError> {
        let tenant = self.tenant();
        let ids: Vec<(Text<JobId>,)> =
            query!(self, fetch_all RETIRE_REPOSITORY, Text(tenant), Text(repository_id), at)?;
        Ok(ids.into_iter().map(|(id,)| id.0).collect())
    }

    /// Stores forms, new ones and changed ones, as in force or as removed. Jobs that change their names must be retired in
    /// the same transaction before, so that two can exchange theirs.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a name is taken.
    pub async fn put_jobs<'j>(
        &mut self,
        jobs: impl IntoIterator<Item = &'j JobForm>,
    ) -> Result<(), StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&PUT_JOBS));
        for job in jobs {
            batch.text(tenant).text(job.id).text(job.repository_id).text(&job.namespace).text(&job.name);
            batch.opt_text(job.uid.as_ref()).opt_text(job.description.as_ref()).text(&job.schedule);
            batch.opt_text(job.timezone.as_ref()).text(serde_json::json!(job.labels)).bool(job.ping);
            batch.bool(job.one_host).bool(job.enabled).bool(job.paused).text(&job.file).int(job.line);
            batch.text(&job.commit).text(&job.digest).text(&job.manifest).bool(job.invalid);
            batch.int(job.created_at).int(job.updated_at).opt_int(job.removed_at);
        }
        batch.execute(self).await.map(drop)
    }
}

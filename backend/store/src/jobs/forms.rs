use std::collections::BTreeMap;

use crontopus_ids::{JobId, RepositoryId};
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    FIND_JOB = "SELECT * FROM jobs WHERE tenant_id = $1 AND namespace = $2 AND name = $3 AND removed_at IS NULL";
    FIND_JOB_BY_ID = "SELECT * FROM jobs WHERE tenant_id = $1 AND id = $2";
    LIST_FORMS = "SELECT * FROM jobs WHERE tenant_id = $1 AND repository_id = $2 AND removed_at IS NULL ORDER BY namespace, name";
    LIST_REMOVED = "SELECT * FROM jobs WHERE tenant_id = $1 AND repository_id = $2 AND removed_at IS NOT NULL";
    LIST_FOREIGN = "SELECT * FROM jobs WHERE tenant_id = $1 AND repository_id <> $2 AND removed_at IS NULL";
    LIST_INVALID = "SELECT namespace, name, commit_id FROM jobs
        WHERE tenant_id = $1 AND repository_id = $2 AND invalid AND removed_at IS NULL ORDER BY namespace, name";
    LIST_ONE_HOST = "SELECT id, manifest FROM jobs
        WHERE tenant_id = $1 AND repository_id = $2 AND one_host AND enabled AND removed_at IS NULL
        ORDER BY namespace, name";
}

batches! {
    LIST_BY_FILE(tenant_id Text, repository_id Text, file Text) = "SELECT j.* FROM jobs j JOIN {rows} ON j.tenant_id = batch.tenant_id AND j.repository_id = batch.repository_id
            AND j.file = batch.file
        WHERE j.removed_at IS NULL";
    LIST_BY_KEY(tenant_id Text, namespace Text, name Text) = "SELECT j.* FROM jobs j JOIN {rows} ON j.tenant_id = batch.tenant_id AND j.namespace = batch.namespace
            AND j.name = batch.name";
    LIST_BY_UID(tenant_id Text, uid Text) = "SELECT j.* FROM jobs j JOIN {rows} ON j.tenant_id = batch.tenant_id AND j.uid = batch.uid";
}

/// A job's form in force, or, when it was removed, its last one.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct JobForm {
    /// Id; stays over changes, and over renames when the manifest has a `uid`.
    #[sqlx(try_from = "Text<JobId>")]
    pub id: JobId,
    /// The repository.
    #[sqlx(try_from = "Text<RepositoryId>")]
    pub repository_id: RepositoryId,
    /// Namespace.
    pub namespace: String,
    /// Name in it.
    pub name: String,
    /// `metadata.uid`.
    pub uid: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// The schedule as lists show it.
    pub schedule: String,
    /// IANA zone.
    pub timezone: Option<String>,
    /// Labels.
    #[sqlx(try_from = "JsonText<BTreeMap<String, String>>")]
    pub labels: BTreeMap<String, String>,
    /// Whether something else than an agent schedules it.
    pub ping: bool,
    /// Whether exactly one of the matching hosts holds it.
    pub one_host: bool,
    /// Whether it is on hosts and monitored at all.
    pub enabled: bool,
    /// Whether it is held but disabled.
    pub paused: bool,
    /// Path of its file.
    pub file: String,
    /// The line its document begins at.
    pub line: i64,
    /// The commit the form comes from.
    #[sqlx(rename = "commit_id")]
    pub commit: String,
    /// SHA-256 of the canonical form, hex.
    pub digest: String,
    /// The canonical form, YAML.
    pub manifest: String,
    /// Whether a newer form has errors.
    pub invalid: bool,
    /// UTC milliseconds.
    pub created_at: i64,
    /// When the form last changed, UTC milliseconds.
    pub updated_at: i64,
    /// When it was removed, UTC milliseconds.
    pub removed_at: Option<i64>,
}

impl JobForm {
    /// `namespace/name`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

impl Read<TenantScope> {
    /// The job with this name, if it is in force.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_job(&mut self, namespace: &str, name: &str) -> Result<Option<JobForm>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_JOB, Text(tenant), namespace, name)
    }

    /// The job with this id, in force or removed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_job_by_id(&mut self, id: JobId) -> Result<Option<JobForm>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_JOB_BY_ID, Text(tenant), Text(id))
    }

    /// Every job of a repository that is in force, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_forms(&mut self, repository_id: RepositoryId) -> Result<Vec<JobForm>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_FORMS, Text(tenant), Text(repository_id))
    }

    /// Every job of a repository that was removed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_removed_forms(
        &mut self,
        repository_id: RepositoryId,
    ) -> Result<Vec<JobForm>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_REMOVED, Text(tenant), Text(repository_id))
    }

    /// Every job in force of the tenant's other repositories.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_foreign_forms(
        &mut self,
        repository_id: RepositoryId,
    ) -> Result<Vec<JobForm>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_FOREIGN, Text(tenant), Text(repository_id))
    }

    /// The jobs in force that come from one of these files of a repository.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_forms_by_file<'f>(
        &mut self,
        repository_id: RepositoryId,
        files: impl IntoIterator<Item = &'f str>,
    ) -> Result<Vec<JobForm>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_BY_FILE));
        for file in files {
            batch.text(tenant).text(repository_id).text(file);
        }
        batch.fetch_all(self).await
    }

    /// The jobs with one of these names (namespace, name), in force or removed, of any repository.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_forms_by_key<'k>(
        &mut self,
        keys: impl IntoIterator<Item = (&'k str, &'k str)>,
    ) -> Result<Vec<JobForm>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_BY_KEY));
        for (namespace, name) in keys {
            batch.text(tenant).text(namespace).text(name);
        }
        batch.fetch_all(self).await
    }

    /// The jobs with one of these uids, in force or removed, of any repository.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_forms_by_uid<'u>(
        &mut self,
        uids: impl IntoIterator<Item = &'u str>,
    ) -> Result<Vec<JobForm>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_BY_UID));
        for uid in uids {
            batch.text(tenant).text(uid);
        }
        batch.fetch_all(self).await
    }

    /// Jobs whose newest form has errors: namespace, name, and the commit of the form in force.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_invalid_jobs(
        &mut self,
        repository_id: RepositoryId,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_INVALID, Text(tenant), Text(repository_id))
    }

    /// Enabled jobs that exactly one host holds, with their canonical form.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_one_host_jobs(
        &mut self,
        repository_id: RepositoryId,
    ) -> Result<Vec<(JobId, String)>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(Text<JobId>, String)> =
            query!(self, fetch_all LIST_ONE_HOST, Text(tenant), Text(repository_id))?;
        Ok(rows.into_iter().map(|(id, manifest)| (id.0, manifest)).collect())
    }
}

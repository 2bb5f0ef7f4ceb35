//! Policies, routes and maintenances in force.

use crontopus_ids::RepositoryId;
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};

statements! {
    LIST_DOCUMENTS = "SELECT kind, namespace, name, file, line, commit_id, digest, manifest FROM documents
        WHERE tenant_id = $1 AND repository_id = $2 ORDER BY kind, namespace, name";
    LIST_MAINTENANCES = "SELECT digest FROM documents WHERE tenant_id = $1 AND repository_id = $2 AND kind = 'Maintenance'
        ORDER BY namespace, name";
    DELETE_DOCUMENTS = "DELETE FROM documents WHERE tenant_id = $1 AND repository_id = $2";
}

batches! {
    PUT_DOCUMENTS(tenant_id Text, repository_id Text, kind Text, namespace Text, name Text, file Text, line Int,
        commit_id Text, digest Text, manifest Text)
        = "INSERT INTO documents (tenant_id, repository_id, kind, namespace, name, file, line, commit_id, digest, manifest)
        SELECT tenant_id, repository_id, kind, namespace, name, file, line, commit_id, digest, manifest FROM {rows}";
}

/// A document in force that is no job.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DocumentForm {
    /// `Policy`, `Route` or `Maintenance`.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name in it.
    pub name: String,
    /// Path of its file.
    pub file: String,
    /// The line it begins at.
    pub line: i64,
    /// The commit the form comes from.
    #[sqlx(rename = "commit_id")]
    pub commit: String,
    /// SHA-256 of the canonical form, hex.
    pub digest: String,
    /// The canonical form, YAML.
    pub manifest: String,
}

impl Read<TenantScope> {
    /// Every document of a repository, by kind and name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_documents(
        &mut self,
        repository_id: RepositoryId,
    ) -> Result<Vec<DocumentForm>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_DOCUMENTS, Text(tenant), Text(repository_id))
    }
}

impl Tx<TenantScope> {
    /// Replaces every document of a repository. Alerts that wait for the end of a maintenance that is another one now, or
    /// no more, look again at `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn replace_documents(
        &mut self,
        repository_id: RepositoryId,
        documents: &[DocumentForm],
        now: i64,
    ) -> Result<(), StoreError> {
        let before = self.list_maintenances(repository_id).await?;
        self.delete_documents_of(repository_id).await?;
        let (tenant, mut batch) = (self.tenant(), Batch::of(&PUT_DOCUMENTS));
        for form in documents {
            batch.text(tenant).text(repository_id).text(&form.kind).text(&form.namespace).text(&form.name);
            batch.text(&form.file).int(form.line).text(&form.commit).text(&form.digest).text(&form.manifest);
        }
        batch.execute(self).await?;
        if before != self.list_maintenances(repository_id).await? {
            self.hasten_watches(now).await?;
        }
        Ok(())
    }

    async fn list_maintenances(&mut self, id: RepositoryId) -> Result<Vec<(String,)>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_MAINTENANCES, Text(tenant), Text(id))
    }

    async fn delete_documents_of(&mut self, id: RepositoryId) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute DELETE_DOCUMENTS, Text(tenant), Text(id)).map(drop)
    }
}

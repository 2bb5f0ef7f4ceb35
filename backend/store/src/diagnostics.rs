//! What is wrong with the manifests of a repository at its commit in force.

use crontopus_ids::RepositoryId;
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};

statements! {
    LIST_DIAGNOSTICS = "SELECT file, position, severity, line, col, path, code, message, help, subject FROM diagnostics
        WHERE tenant_id = $1 AND repository_id = $2 ORDER BY file, position LIMIT $3 OFFSET $4";
    LIST_DIAGNOSTICS_OF_FILE = "SELECT file, position, severity, line, col, path, code, message, help, subject
        FROM diagnostics WHERE tenant_id = $1 AND repository_id = $2 AND file = $3 ORDER BY position";
    LIST_CODES = "SELECT DISTINCT code FROM diagnostics WHERE tenant_id = $1 AND repository_id = $2";
    LIST_BROKEN = "SELECT DISTINCT file, subject FROM diagnostics
        WHERE tenant_id = $1 AND repository_id = $2 AND severity = 'error' AND subject IS NOT NULL";
    DELETE_DIAGNOSTICS = "DELETE FROM diagnostics WHERE tenant_id = $1 AND repository_id = $2";
}

batches! {
    DELETE_DIAGNOSTICS_OF_FILES(tenant_id Text, repository_id Text, file Text) = "DELETE FROM diagnostics
        WHERE (tenant_id, repository_id, file) IN (SELECT batch.tenant_id, batch.repository_id, batch.file FROM {rows})";
    PUT_DIAGNOSTICS(tenant_id Text, repository_id Text, file Text, position Int, severity Text, line Int, col Int,
        path Text, code Text, message Text, help Text, subject Text)
        = "INSERT INTO diagnostics (tenant_id, repository_id, file, position, severity, line, col, path, code, message,
            help, subject)
        SELECT tenant_id, repository_id, file, position, severity, line, col, path, code, message, help, subject
        FROM {rows}";
}

/// One problem of one file.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FiledDiagnostic {
    /// Path of the file.
    pub file: String,
    /// Its place among the file's problems, from 0.
    pub position: i64,
    /// `error` or `warning`.
    pub severity: String,
    /// From 1; 0 when the whole file is meant.
    pub line: i64,
    /// In characters, from 1; 0 when the whole file is meant.
    #[sqlx(rename = "col")]
    pub column: i64,
    /// Field path.
    pub path: String,
    /// The kind.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// `namespace/name` of the document, when that could be read.
    pub subject: Option<String>,
}

impl Read<TenantScope> {
    /// Problems by file and place. They change as a whole and are few, so that a page is found by counting.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_diagnostics(
        &mut self,
        repository_id: RepositoryId,
        paging: &Paging,
    ) -> Result<Listed<FiledDiagnostic>, StoreError> {
        let (tenant, skip) = (self.tenant(), paging.after.as_ref().map_or(0, |c| c.at.max(0)));
        let rows: Vec<FiledDiagnostic> = query!(self, fetch_all LIST_DIAGNOSTICS, Text(tenant), Text(repository_id),
            paging.fetch(), skip)?;
        let next = skip + paging.fetch() - 1;
        Ok(paging.page(rows, |_| Cursor { at: next, id: String::new() }))
    }

    /// Problems of one file.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_diagnostics_of_file(
        &mut self,
        repository_id: RepositoryId,
        file: &str,
    ) -> Result<Vec<FiledDiagnostic>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_DIAGNOSTICS_OF_FILE, Text(tenant), Text(repository_id), file)
    }

    /// Documents with errors whose names could be read: file, `namespace/name`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_broken_documents(
        &mut self,
        id: RepositoryId,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_BROKEN, Text(tenant), Text(id))
    }

    /// Which kinds of problems a repository has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_diagnostic_codes(&mut self, id: RepositoryId) -> Result<Vec<String>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(String,)> = query!(self, fetch_all LIST_CODES, Text(tenant), Text(id))?;
        Ok(rows.into_iter().map(|(code,)| code).collect())
    }
}

impl Tx<TenantScope> {
    /// Replaces the problems of some files.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn replace_diagnostics_of_files<'f>(
        &mut self,
        repository_id: RepositoryId,
        files: impl IntoIterator<Item = &'f str>,
        problems: &[FiledDiagnostic],
    ) -> Result<(), StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&DELETE_DIAGNOSTICS_OF_FILES));
        for file in files {
            batch.text(tenant).text(repository_id).text(file);
        }
        batch.execute(self).await?;
        self.put_diagnostics(repository_id, problems).await
    }

    /// Replaces every problem of a repository.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn replace_diagnostics(
        &mut self,
        repository_id: RepositoryId,
        problems: &[FiledDiagnostic],
    ) -> Result<(), StoreError> {
        self.delete_diagnostics_of(repository_id).await?;
        self.put_diagnostics(repository_id, problems).await
    }

    pub(crate) async fn delete_diagnostics_of(&mut self, id: RepositoryId) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute DELETE_DIAGNOSTICS, Text(tenant), Text(id)).map(drop)
    }

    async fn put_diagnostics(
        &mut self,
        repository_id: RepositoryId,
        problems: &[FiledDiagnostic],
    ) -> Result<(), StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&PUT_DIAGNOSTICS));
        for problem in problems {
            batch.text(tenant).text(repository_id).text(&problem.file).int(problem.position);
            batch.text(&problem.severity).int(problem.line).int(problem.column).text(&problem.path);
            batch.text(&problem.code).text(&problem.message).opt_text(problem.help.as_ref());
            batch.opt_text(problem.subject.as_ref());
        }
        batch.execute(self).await.map(drop)
    }
}

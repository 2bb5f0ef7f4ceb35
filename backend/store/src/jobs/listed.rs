use std::collections::BTreeMap;

use sqlx::FromRow;

use super::JobForm;
use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    LIST_JOBS = "SELECT * FROM jobs
        WHERE tenant_id = $1 AND removed_at IS NULL AND (namespace, name) > ($2, $3)
            AND ($4 = '' OR namespace = $4)
            AND ($5 = '' OR LOWER(namespace || '/' || name || ' ' || COALESCE(description, '')) LIKE $5 ESCAPE '!')
        ORDER BY namespace, name LIMIT $6";
    LIST_NAMESPACES = "SELECT namespace AS name, COUNT(*) AS jobs FROM jobs
        WHERE tenant_id = $1 AND removed_at IS NULL AND namespace > $2
        GROUP BY namespace ORDER BY namespace LIMIT $3";
}

/// Rows read at once while labels are compared.
const CHUNK: i64 = 500;

/// Which jobs a list holds; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only of this namespace.
    pub namespace: Option<String>,
    /// Only with all of these labels.
    pub labels: BTreeMap<String, String>,
    /// Only with this in name or description, whatever the case.
    pub text: Option<String>,
}

/// A namespace and how many jobs are in force in it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct NamespaceCount {
    /// Its name.
    pub name: String,
    /// Jobs in force.
    pub jobs: i64,
}

impl JobFilter {
    /// For `LIKE … ESCAPE '!'`; empty without a text.
    fn pattern(&self) -> String {
        let Some(text) = self.text.as_deref().filter(|t| !t.is_empty()) else { return String::new() };
        let mut pattern = "%".to_owned();
        for c in text.to_lowercase().chars() {
            if matches!(c, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    }

    fn has_labels(&self, job: &JobForm) -> bool {
        self.labels.iter().all(|(key, value)| job.labels.get(key) == Some(value))
    }
}

impl Read<TenantScope> {
    /// Jobs in force, by namespace and name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_jobs(
        &mut self,
        filter: &JobFilter,
        paging: &Paging,
    ) -> Result<Listed<JobForm>, StoreError> {
        let mut after = match &paging.after {
            Some(cursor) => cursor.id.split_once('/').unwrap_or((&cursor.id, "")),
            None => ("", ""),
        };
        let (wanted, pattern) = (paging.fetch() as usize, filter.pattern());
        // Labels are JSON, which the engines take apart in different ways: they are compared here.
        let chunk = if filter.labels.is_empty() { paging.fetch() } else { CHUNK };
        let mut found: Vec<JobForm> = Vec::new();
        let mut last;
        loop {
            let rows = self.list_jobs_after(after, filter.namespace.as_deref(), &pattern, chunk).await?;
            let ended = (rows.len() as i64) < chunk;
            last = rows.last().map(|job| (job.namespace.clone(), job.name.clone()));
            found.extend(rows.into_iter().filter(|job| filter.has_labels(job)));
            match &last {
                Some((namespace, name)) if !ended && found.len() < wanted => after = (namespace, name),
                _ => break,
            }
        }
        found.truncate(wanted);
        Ok(paging.page(found, |job| Cursor { at: 0, id: job.key() }))
    }

    /// Namespaces with jobs in force, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_namespaces(&mut self, paging: &Paging) -> Result<Listed<NamespaceCount>, StoreError> {
        let (tenant, after) = (self.tenant(), paging.after.as_ref().map_or("", |c| c.id.as_str()));
        let rows: Vec<NamespaceCount> =
            query!(self, fetch_all LIST_NAMESPACES, Text(tenant), after, paging.fetch())?;
        Ok(paging.page(rows, |n| Cursor { at: 0, id: n.name.clone() }))
    }

    async fn list_jobs_after(
        &mut self,
        after: (&str, &str),
        namespace: Option<&str>,
        pattern: &str,
        limit: i64,
    ) -> Result<Vec<JobForm>, StoreError> {
        let (tenant, namespace) = (self.tenant(), namespace.unwrap_or_default());
        query!(self, fetch_all LIST_JOBS, Text(tenant), after.0, after.1, namespace, pattern, limit)
    }
}

use crontopus_domain::JobStatus;
use sqlx::FromRow;

use super::JobForm;
use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    /// The numbers are the weights of `JobStatus`; its rule is the same in words.
    LIST_JOBS = "SELECT j.* FROM jobs j
        WHERE j.tenant_id = $1 AND j.removed_at IS NULL AND (j.namespace, j.name) > ($2, $3)
            AND ($4 = '' OR j.namespace = $4)
            AND ($5 = '' OR LOWER(j.namespace || '/' || j.name || ' ' || COALESCE(j.description, '')) LIKE $5 ESCAPE '!')
            AND (CASE WHEN j.invalid THEN 8 WHEN NOT j.enabled THEN 7 ELSE COALESCE((
                SELECT MAX(CASE WHEN s.status IN ('ok', 'pending') AND s.expected_at < $7 THEN 4
                    WHEN s.status = 'failing' THEN 6 WHEN s.status = 'unknown' THEN 5 WHEN s.status = 'late' THEN 4
                    WHEN s.status = 'pending' THEN 3 WHEN s.status = 'ok' THEN 2 ELSE 1 END)
                FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
                WHERE m.tenant_id = j.tenant_id AND m.job_id = j.id AND NOT m.removed), 0) END = $6 OR $6 IS NULL)
        ORDER BY j.namespace, j.name LIMIT $8";
    LIST_JOBS_BACK = "SELECT j.* FROM jobs j
        WHERE j.tenant_id = $1 AND j.removed_at IS NULL AND ($2 = '' OR (j.namespace, j.name) < ($2, $3))
            AND ($4 = '' OR j.namespace = $4)
            AND ($5 = '' OR LOWER(j.namespace || '/' || j.name || ' ' || COALESCE(j.description, '')) LIKE $5 ESCAPE '!')
            AND (CASE WHEN j.invalid THEN 8 WHEN NOT j.enabled THEN 7 ELSE COALESCE((
                SELECT MAX(CASE WHEN s.status IN ('ok', 'pending') AND s.expected_at < $7 THEN 4
                    WHEN s.status = 'failing' THEN 6 WHEN s.status = 'unknown' THEN 5 WHEN s.status = 'late' THEN 4
                    WHEN s.status = 'pending' THEN 3 WHEN s.status = 'ok' THEN 2 ELSE 1 END)
                FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
                WHERE m.tenant_id = j.tenant_id AND m.job_id = j.id AND NOT m.removed), 0) END = $6 OR $6 IS NULL)
        ORDER BY j.namespace DESC, j.name DESC LIMIT $8";
    LIST_NAMESPACES = "SELECT j.namespace AS name, COUNT(*) AS jobs, COUNT(CASE WHEN EXISTS (
                SELECT 1 FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
                WHERE m.tenant_id = j.tenant_id AND m.job_id = j.id AND NOT m.removed AND s.status = 'failing')
            THEN 1 END) AS failing
        FROM jobs j
        WHERE j.tenant_id = $1 AND j.removed_at IS NULL AND j.namespace > $2
        GROUP BY j.namespace ORDER BY j.namespace LIMIT $3";
}

/// Rows read at once while labels are compared.
const CHUNK: i64 = 500;

/// Which jobs a list holds; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Only of this namespace.
    pub namespace: Option<String>,
    /// Only with all of these labels; without a value any will do.
    pub labels: Vec<(String, Option<String>)>,
    /// Only with this in name or description, whatever the case.
    pub text: Option<String>,
    /// Only if this is how they are at the time of asking.
    pub status: Option<JobStatus>,
    /// From the last name to the first.
    pub is_descending: bool,
}

/// A namespace and how many jobs are in force in it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct NamespaceCount {
    /// Its name.
    pub name: String,
    /// Jobs in force.
    pub jobs: i64,
    /// Those with a failing monitor.
    pub failing: i64,
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
        let fits = |own: &String, value: &Option<String>| value.as_ref().is_none_or(|value| value == own);
        self.labels.iter().all(|(key, value)| job.labels.get(key).is_some_and(|own| fits(own, value)))
    }
}

impl Read<TenantScope> {
    /// Jobs in force, by namespace and name; `now` decides which are late.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_jobs(
        &mut self,
        filter: &JobFilter,
        now: i64,
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
            let rows = self.list_jobs_after(after, filter, &pattern, (now, chunk)).await?;
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
        filter: &JobFilter,
        pattern: &str,
        (now, limit): (i64, i64),
    ) -> Result<Vec<JobForm>, StoreError> {
        let (tenant, namespace) = (self.tenant(), filter.namespace.as_deref().unwrap_or_default());
        let status = filter.status.map(JobStatus::weight);
        if filter.is_descending {
            query!(self, fetch_all LIST_JOBS_BACK, Text(tenant), after.0, after.1, namespace, pattern, status, now,
                limit)
        } else {
            query!(self, fetch_all LIST_JOBS, Text(tenant), after.0, after.1, namespace, pattern, status, now, limit)
        }
    }
}

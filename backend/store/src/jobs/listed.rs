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
    /// By how they are ($9) or by their next start. Where each stands is told from one narrow index, the page is cut
    /// from that, and only its rows are read whole.
    LIST_JOBS_BY_STANDING = "SELECT j.*, page.place AS place FROM (
            SELECT id, namespace, name, place FROM (
                SELECT id, namespace, name, weight, CASE WHEN $9 THEN CASE weight WHEN 6 THEN 0 WHEN 4 THEN 1
                        WHEN 8 THEN 2 WHEN 0 THEN 3 WHEN 5 THEN 4 WHEN 2 THEN 5 WHEN 3 THEN 6 WHEN 1 THEN 7 ELSE 8 END
                    ELSE COALESCE(next_at, 9223372036854775807) END AS place
                FROM (SELECT x.id AS id, x.namespace AS namespace, x.name AS name, t.next_at AS next_at,
                        CASE WHEN x.invalid THEN 8 WHEN NOT x.enabled THEN 7 ELSE COALESCE(t.worst, 0) END AS weight
                    FROM jobs x LEFT JOIN (SELECT s.job_id AS job_id, MIN(s.expected_at) AS next_at, MAX(CASE
                            WHEN s.status IN ('ok', 'pending') AND s.expected_at < $7 THEN 4
                            WHEN s.status = 'failing' THEN 6 WHEN s.status = 'unknown' THEN 5 WHEN s.status = 'late' THEN 4
                            WHEN s.status = 'pending' THEN 3 WHEN s.status = 'ok' THEN 2 ELSE 1 END) AS worst
                        FROM monitor_states s WHERE s.tenant_id = $1 AND NOT s.removed GROUP BY s.job_id) AS t
                        ON t.job_id = x.id
                    WHERE x.tenant_id = $1 AND x.removed_at IS NULL AND ($4 = '' OR x.namespace = $4)
                        AND ($5 = '' OR LOWER(x.namespace || '/' || x.name || ' ' || COALESCE(x.description, ''))
                            LIKE $5 ESCAPE '!')) AS told) AS placed
            WHERE (weight = $6 OR $6 IS NULL) AND (place, namespace, name) > ($10, $2, $3)
            ORDER BY place, namespace, name LIMIT $8) AS page
        CROSS JOIN jobs j WHERE j.tenant_id = $1 AND j.id = page.id
        ORDER BY page.place, page.namespace, page.name";
    /// By the last run, the latest first. The same, but the moment is no index's: it changes with every check-in.
    LIST_JOBS_BY_LAST = "SELECT j.*, page.place AS place FROM (
            SELECT id, namespace, name, place FROM (
                SELECT x.id AS id, x.namespace AS namespace, x.name AS name, COALESCE(-t.last_at, 0) AS place,
                    CASE WHEN x.invalid THEN 8 WHEN NOT x.enabled THEN 7 ELSE COALESCE(t.worst, 0) END AS weight
                FROM jobs x LEFT JOIN (SELECT s.job_id AS job_id, MAX(s.last_run_at) AS last_at, MAX(CASE
                        WHEN s.status IN ('ok', 'pending') AND s.expected_at < $7 THEN 4
                        WHEN s.status = 'failing' THEN 6 WHEN s.status = 'unknown' THEN 5 WHEN s.status = 'late' THEN 4
                        WHEN s.status = 'pending' THEN 3 WHEN s.status = 'ok' THEN 2 ELSE 1 END) AS worst
                    FROM monitor_states s WHERE s.tenant_id = $1 AND NOT s.removed GROUP BY s.job_id) AS t
                    ON t.job_id = x.id
                WHERE x.tenant_id = $1 AND x.removed_at IS NULL AND ($4 = '' OR x.namespace = $4)
                    AND ($5 = '' OR LOWER(x.namespace || '/' || x.name || ' ' || COALESCE(x.description, ''))
                        LIKE $5 ESCAPE '!')) AS placed
            WHERE (weight = $6 OR $6 IS NULL) AND (place, namespace, name) > ($9, $2, $3)
            ORDER BY place, namespace, name LIMIT $8) AS page
        CROSS JOIN jobs j WHERE j.tenant_id = $1 AND j.id = page.id
        ORDER BY page.place, page.namespace, page.name";
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
    /// In which order.
    pub order: JobOrder,
}

/// An order of jobs. Those that are alike stand by namespace and name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum JobOrder {
    /// By namespace and name.
    #[default]
    Name,
    /// The same from the end.
    NameDescending,
    /// By [`JobStatus::urgency`]: failing first.
    Status,
    /// The soonest expected start first; those without one last.
    Next,
    /// The job whose run was heard of last first; those without a run last.
    Last,
}

/// The end of a page: where its last row stood, so that the next one begins there whatever became of that row.
#[derive(Debug, Clone)]
struct Place {
    /// In the order; 0 in those by name.
    at: i64,
    namespace: String,
    name: String,
}

/// A job and where it stands in the order.
#[derive(Debug, FromRow)]
struct PlacedForm {
    #[sqlx(flatten)]
    form: JobForm,
    place: i64,
}

impl PlacedForm {
    fn by_name(form: JobForm) -> Self {
        Self { form, place: 0 }
    }

    fn place(&self) -> Place {
        Place { at: self.place, namespace: self.form.namespace.clone(), name: self.form.name.clone() }
    }
}

impl Place {
    fn of(cursor: Option<&Cursor>) -> Self {
        let Some(cursor) = cursor else {
            return Self { at: i64::MIN, namespace: String::new(), name: String::new() };
        };
        let (namespace, name) = cursor.id.split_once('/').unwrap_or((&cursor.id, ""));
        Self { at: cursor.at, namespace: namespace.to_owned(), name: name.to_owned() }
    }
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
    /// Jobs in force, in the order the filter says; `now` decides which are late.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_jobs(
        &mut self,
        filter: &JobFilter,
        now: i64,
        paging: &Paging,
    ) -> Result<Listed<JobForm>, StoreError> {
        let mut after = Place::of(paging.after.as_ref());
        let (wanted, pattern) = (paging.fetch() as usize, filter.pattern());
        // Labels are JSON, which the engines take apart in different ways: they are compared here.
        let chunk = if filter.labels.is_empty() { paging.fetch() } else { CHUNK };
        let mut found: Vec<PlacedForm> = Vec::new();
        loop {
            let rows = self.list_jobs_after(&after, filter, &pattern, (now, chunk)).await?;
            let last = rows.last().map(PlacedForm::place).filter(|_| rows.len() as i64 >= chunk);
            found.extend(rows.into_iter().filter(|job| filter.has_labels(&job.form)));
            match last {
                Some(last) if found.len() < wanted => after = last,
                _ => break,
            }
        }
        found.truncate(wanted);
        let listed = paging.page(found, |job| Cursor { at: job.place, id: job.form.key() });
        Ok(listed.map(|job| job.form))
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
        after: &Place,
        filter: &JobFilter,
        pattern: &str,
        (now, limit): (i64, i64),
    ) -> Result<Vec<PlacedForm>, StoreError> {
        let (tenant, namespace) = (self.tenant(), filter.namespace.as_deref().unwrap_or_default());
        let status = filter.status.map(JobStatus::weight);
        let (own, name) = (&after.namespace, &after.name);
        let by_status = filter.order == JobOrder::Status;
        let forms: Vec<JobForm> = match filter.order {
            JobOrder::Name => {
                query!(self, fetch_all LIST_JOBS, Text(tenant), own, name, namespace, pattern, status, now, limit)?
            }
            JobOrder::NameDescending => {
                query!(self, fetch_all LIST_JOBS_BACK, Text(tenant), own, name, namespace, pattern, status, now, limit)?
            }
            JobOrder::Status | JobOrder::Next => {
                return query!(self, fetch_all LIST_JOBS_BY_STANDING, Text(tenant), own, name, namespace, pattern,
                    status, now, limit, by_status, after.at);
            }
            JobOrder::Last => {
                return query!(self, fetch_all LIST_JOBS_BY_LAST, Text(tenant), own, name, namespace, pattern, status,
                    now, limit, after.at);
            }
        };
        Ok(forms.into_iter().map(PlacedForm::by_name).collect())
    }
}

//! The last runs of many jobs at once.

use crontopus_domain::RunStatus;
use crontopus_ids::{JobId, RunId};
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::tx::Read;

batches! {
    /// Where each job's list of the last runs begins is found first, so that either engine then reads one short
    /// range of an index for each job.
    LIST_RECENT(tenant_id Text, job_id Text) =
        "SELECT r.job_id, r.id, r.at, r.status, r.reason, r.started_at, r.finished_at, r.duration_ms, r.exit_status,
            r.signal, r.host
        FROM (SELECT batch.tenant_id AS tenant_id, batch.job_id AS job_id, COALESCE((SELECT x.at FROM runs x
                WHERE x.tenant_id = batch.tenant_id AND x.job_id = batch.job_id
                ORDER BY x.at DESC, x.id DESC LIMIT 1 OFFSET 29), 0) AS since FROM {rows}) AS wanted
        CROSS JOIN runs r
        WHERE r.tenant_id = wanted.tenant_id AND r.job_id = wanted.job_id AND r.at >= wanted.since
        ORDER BY r.job_id, r.at, r.id";
}

/// One of the last runs of a job: what a mark in a strip says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentRun {
    /// The job.
    pub job_id: JobId,
    /// The run.
    pub id: RunId,
    /// Its place in lists, UTC milliseconds.
    pub at: i64,
    /// How it is.
    pub status: RunStatus,
    /// Why, when the status alone does not say.
    pub reason: Option<String>,
    /// When it started, UTC milliseconds.
    pub started_at: Option<i64>,
    /// When it ended, UTC milliseconds.
    pub finished_at: Option<i64>,
    /// Milliseconds it took.
    pub duration_ms: Option<i64>,
    /// Exit status.
    pub exit_status: Option<i64>,
    /// Number of the signal that ended it.
    pub signal: Option<i64>,
    /// Where it ran.
    pub host: Option<String>,
}

#[derive(Debug, FromRow)]
struct Row {
    job_id: Text<JobId>,
    id: Text<RunId>,
    at: i64,
    status: Text<RunStatus>,
    reason: Option<String>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    duration_ms: Option<i64>,
    exit_status: Option<i64>,
    signal: Option<i64>,
    host: Option<String>,
}

impl From<Row> for RecentRun {
    fn from(row: Row) -> Self {
        Self {
            job_id: row.job_id.0,
            id: row.id.0,
            at: row.at,
            status: row.status.0,
            reason: row.reason,
            started_at: row.started_at,
            finished_at: row.finished_at,
            duration_ms: row.duration_ms,
            exit_status: row.exit_status,
            signal: row.signal,
            host: row.host,
        }
    }
}

impl Read<TenantScope> {
    /// The last 30 runs of each of `jobs`, by job, the oldest first; a few more where several began in the same
    /// millisecond.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_recent_runs(&mut self, jobs: &[JobId]) -> Result<Vec<RecentRun>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_RECENT));
        for job in jobs {
            batch.text(tenant).text(job);
        }
        let rows: Vec<Row> = batch.fetch_all(self).await?;
        Ok(rows.into_iter().map(RecentRun::from).collect())
    }
}

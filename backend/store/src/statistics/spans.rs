//! Runs as marks on an axis of time, and what changed jobs meanwhile.

use crontopus_domain::RunStatus;
use crontopus_ids::{JobId, MonitorId, RepositoryId, RunId};
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::monitoring::Incident;
use crate::monitoring::incidents::IncidentRow;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    LIST_REVISIONS_BETWEEN = "SELECT job_id, seq, commit_id, file, digest, summary, author, authored_at
        FROM job_revisions WHERE tenant_id = $1 AND job_id = $2 AND authored_at >= $3 AND authored_at < $4
        ORDER BY seq DESC LIMIT 200";
    /// The newest commits of a repository that changed jobs, and how: a job is added where it had no form before.
    LIST_CHANGES = "SELECT v.commit_id, MAX(v.summary) AS summary, MAX(v.author) AS author,
            MAX(v.authored_at) AS authored_at, COUNT(*) AS jobs,
            COUNT(CASE WHEN v.digest IS NULL THEN 1 END) AS removed,
            COUNT(CASE WHEN v.digest IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job_revisions p
                WHERE p.tenant_id = v.tenant_id AND p.job_id = v.job_id AND p.seq < v.seq) THEN 1 END) AS added
        FROM job_revisions v
        WHERE v.tenant_id = $1 AND v.repository_id = $2 AND v.seq >= COALESCE((
            SELECT MIN(last.seq) FROM (SELECT DISTINCT n.seq FROM job_revisions n
                WHERE n.tenant_id = $1 AND n.repository_id = $2 ORDER BY n.seq DESC LIMIT 5) AS last), 0)
        GROUP BY v.commit_id, v.seq ORDER BY v.seq DESC";
}

batches! {
    LIST_SPANS(tenant_id Text, job_id Text, first Int, past Int) = "SELECT r.job_id, r.monitor_id, r.id, r.at, r.status,
            r.host, r.expected_at, r.started_at, r.finished_at, r.duration_ms, r.exit_status
        FROM {rows} CROSS JOIN runs r
        WHERE r.tenant_id = batch.tenant_id AND r.job_id = batch.job_id AND r.at >= batch.first AND r.at < batch.past
        ORDER BY r.at DESC, r.id DESC LIMIT 20001";
    /// The worst of each bucket: failed, timed out, missed, unknown, going on, skipped, well.
    LIST_WORST(tenant_id Text, job_id Text, first Int, past Int, width Int) = "SELECT r.job_id,
            (r.at - batch.first) / batch.width AS bucket, COUNT(*) AS runs,
            MAX(CASE r.status WHEN 'failed' THEN 7 WHEN 'timed_out' THEN 6 WHEN 'missed' THEN 5 WHEN 'unknown' THEN 4
                WHEN 'running' THEN 3 WHEN 'skipped' THEN 2 ELSE 1 END) AS rank
        FROM {rows} CROSS JOIN runs r
        WHERE r.tenant_id = batch.tenant_id AND r.job_id = batch.job_id AND r.at >= batch.first AND r.at < batch.past
        GROUP BY r.job_id, (r.at - batch.first) / batch.width ORDER BY r.job_id, bucket";
    LIST_INCIDENTS_OF_MONITORS(tenant_id Text, monitor_id Text, first Int, past Int) = "SELECT i.*, m.namespace, m.name,
            m.host
        FROM {rows} CROSS JOIN incidents i JOIN monitors m ON m.tenant_id = i.tenant_id AND m.id = i.monitor_id
        WHERE i.tenant_id = batch.tenant_id AND i.monitor_id = batch.monitor_id AND i.monitor_id IS NOT NULL
            AND i.opened_at < batch.past AND (i.resolved_at IS NULL OR i.resolved_at > batch.first)
        ORDER BY i.opened_at, i.id";
}

/// A run as a mark on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSpan {
    /// The job.
    pub job_id: JobId,
    /// What expected it.
    pub monitor_id: MonitorId,
    /// The run.
    pub id: RunId,
    /// Its place in lists, UTC milliseconds.
    pub at: i64,
    /// How it is.
    pub status: RunStatus,
    /// Where it ran.
    pub host: Option<String>,
    /// The start it claims, UTC milliseconds.
    pub expected_at: Option<i64>,
    /// When it started, UTC milliseconds.
    pub started_at: Option<i64>,
    /// When it ended, UTC milliseconds.
    pub finished_at: Option<i64>,
    /// Milliseconds it took.
    pub duration_ms: Option<i64>,
    /// Exit status.
    pub exit_status: Option<i64>,
}

#[derive(Debug, FromRow)]
struct SpanRow {
    job_id: Text<JobId>,
    monitor_id: Text<MonitorId>,
    id: Text<RunId>,
    at: i64,
    status: Text<RunStatus>,
    host: Option<String>,
    expected_at: Option<i64>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    duration_ms: Option<i64>,
    exit_status: Option<i64>,
}

/// One commit and how many jobs it changed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CommitChange {
    /// The commit.
    #[sqlx(rename = "commit_id")]
    pub commit: String,
    /// First line of its message.
    pub summary: String,
    /// Its author.
    pub author: String,
    /// UTC milliseconds.
    pub authored_at: i64,
    /// Jobs it touched.
    pub jobs: i64,
    /// Jobs that were not there before.
    pub added: i64,
    /// Jobs that it removed or broke.
    pub removed: i64,
}

/// The statuses by the rank that the statement gives them.
const BY_RANK: [RunStatus; 7] = [
    RunStatus::Succeeded,
    RunStatus::Skipped,
    RunStatus::Running,
    RunStatus::Unknown,
    RunStatus::Missed,
    RunStatus::TimedOut,
    RunStatus::Failed,
];

impl Read<TenantScope> {
    /// Runs of jobs whose place is from `from` to before `to` (UTC milliseconds), newest first; at most 20,001.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_run_spans(
        &mut self,
        jobs: &[JobId],
        from: i64,
        to: i64,
    ) -> Result<Vec<RunSpan>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_SPANS));
        for job in jobs {
            batch.text(tenant).text(job).int(from).int(to);
        }
        let rows: Vec<SpanRow> = batch.fetch_all(self).await?;
        let span = |row: SpanRow| RunSpan {
            job_id: row.job_id.0,
            monitor_id: row.monitor_id.0,
            id: row.id.0,
            at: row.at,
            status: row.status.0,
            host: row.host,
            expected_at: row.expected_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            duration_ms: row.duration_ms,
            exit_status: row.exit_status,
        };
        Ok(rows.into_iter().map(span).collect())
    }

    /// For each job and each span of `width` milliseconds from `from` to before `to` in which it had runs: how many,
    /// and the worst of them. By job and span.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_worst_runs(
        &mut self,
        jobs: &[JobId],
        (from, to): (i64, i64),
        width: i64,
    ) -> Result<Vec<(JobId, i64, i64, RunStatus)>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_WORST));
        for job in jobs {
            batch.text(tenant).text(job).int(from).int(to).int(width);
        }
        let rows: Vec<(Text<JobId>, i64, i64, i32)> = batch.fetch_all(self).await?;
        let worst = |rank: i32| BY_RANK[(rank.clamp(1, 7) - 1) as usize];
        Ok(rows.into_iter().map(|(job, bucket, runs, rank)| (job.0, bucket, runs, worst(rank))).collect())
    }

    /// Incidents of monitors that were open some time from `from` to before `to` (UTC milliseconds), oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_incidents_of(
        &mut self,
        monitors: &[MonitorId],
        from: i64,
        to: i64,
    ) -> Result<Vec<Incident>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_INCIDENTS_OF_MONITORS));
        for monitor in monitors {
            batch.text(tenant).text(monitor).int(from).int(to);
        }
        let rows: Vec<IncidentRow> = batch.fetch_all(self).await?;
        Ok(rows.into_iter().map(Incident::from).collect())
    }

    /// Changes of a job's form that were authored from `from` to before `to` (UTC milliseconds), newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_revisions_between(
        &mut self,
        job: JobId,
        from: i64,
        to: i64,
    ) -> Result<Vec<crate::JobRevision>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_REVISIONS_BETWEEN, Text(tenant), Text(job), from, to)
    }

    /// The last five commits of a repository that changed jobs, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_commit_changes(
        &mut self,
        repository: RepositoryId,
    ) -> Result<Vec<CommitChange>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_CHANGES, Text(tenant), Text(repository))
    }
}

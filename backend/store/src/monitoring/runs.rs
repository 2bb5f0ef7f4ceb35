use std::collections::BTreeMap;

use crontopus_domain::{Attempt, Run, RunStatus, Traces, Usage};
use crontopus_ids::{AgentId, JobId, MonitorId, RunId, TenantId};
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_RUN = "SELECT r.*, m.namespace, m.name FROM runs r
        JOIN monitors m ON m.tenant_id = r.tenant_id AND m.id = r.monitor_id
        WHERE r.tenant_id = $1 AND r.id = $2 ORDER BY r.at DESC LIMIT 1";
}

batches! {
    /// Of a run that is alive for long, the last signals are kept, and `~` says that there were others before.
    SAVE_RUNS(tenant_id Text, id Text, at Int, monitor_id Text, job_id Text, agent_id Text, status Text, reason Text,
        expected_at Int, started_at Int, finished_at Int, duration_ms Int, exit_status Int, signal Int,
        external_id Text, host Text, environment Text, skew_ms Int, attempts Text, output_bytes Int, user_ms Int,
        system_ms Int, max_rss_kib Int, metrics Text, start_seen Bool, end_seen Bool, ended_well Bool,
        traces Text, created_at Int, signals Text) =
        "INSERT INTO runs (tenant_id, id, at, monitor_id, job_id, agent_id, status, reason, expected_at, started_at,
            finished_at, duration_ms, exit_status, signal, external_id, host, environment, skew_ms, attempts,
            output_bytes, user_ms, system_ms, max_rss_kib, metrics, start_seen, end_seen, ended_well, traces,
            created_at, signals)
        SELECT tenant_id, id, at, monitor_id, job_id, agent_id, status, reason, expected_at, started_at,
            finished_at, duration_ms, exit_status, signal, external_id, host, environment, skew_ms, attempts,
            output_bytes, user_ms, system_ms, max_rss_kib, metrics, start_seen, end_seen, ended_well, traces,
            created_at, signals
        FROM {rows} WHERE true
        ON CONFLICT (tenant_id, id, at) DO UPDATE SET status = excluded.status, reason = excluded.reason,
            expected_at = excluded.expected_at, started_at = excluded.started_at,
            finished_at = excluded.finished_at, duration_ms = excluded.duration_ms,
            exit_status = excluded.exit_status, signal = excluded.signal, external_id = excluded.external_id,
            host = excluded.host, environment = excluded.environment, skew_ms = excluded.skew_ms,
            attempts = excluded.attempts, output_bytes = excluded.output_bytes, user_ms = excluded.user_ms,
            system_ms = excluded.system_ms, max_rss_kib = excluded.max_rss_kib, metrics = excluded.metrics,
            start_seen = excluded.start_seen, end_seen = excluded.end_seen, ended_well = excluded.ended_well,
            traces = excluded.traces, signals = CASE
                WHEN excluded.signals IS NULL THEN runs.signals
                WHEN LENGTH(runs.signals) > 8000
                    THEN '~' || SUBSTR(runs.signals, LENGTH(runs.signals) - 5999) || excluded.signals
                ELSE COALESCE(runs.signals, '') || excluded.signals END
        WHERE runs.monitor_id = excluded.monitor_id";
    DELETE_RUNS(tenant_id Text, id Text, at Int) = "DELETE FROM runs
        WHERE (tenant_id, id, at) IN (SELECT tenant_id, id, at FROM {rows})";
    /// `since` keeps PostgreSQL from looking into every month.
    FIND_RUNS(tenant_id Text, id Text, monitor_id Text, since Int) = "SELECT r.*, '' AS namespace, '' AS name
        FROM {rows} CROSS JOIN runs r
        WHERE r.tenant_id = batch.tenant_id AND r.id = batch.id AND r.at >= batch.since
            AND r.monitor_id = batch.monitor_id";
    FIND_UNFILLED(tenant_id Text, monitor_id Text, first Int, last Int) = "SELECT r.*, '' AS namespace, '' AS name
        FROM {rows} CROSS JOIN runs r
        WHERE r.tenant_id = batch.tenant_id AND r.monitor_id = batch.monitor_id
            AND r.at >= batch.first AND r.at <= batch.last AND r.status IN ('missed', 'unknown')
            AND NOT r.start_seen AND NOT r.end_seen";
}

/// A run as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRun {
    /// The run.
    pub run: Run,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What expected it.
    pub monitor_id: MonitorId,
    /// The job.
    pub job_id: JobId,
    /// The agent; `None` in ping mode.
    pub agent_id: Option<AgentId>,
    /// Namespace of the job; empty where only the run was asked for.
    pub namespace: String,
    /// Name of the job; empty where only the run was asked for.
    pub name: String,
    /// When the row was made, UTC milliseconds.
    pub created_at: i64,
}

#[derive(Debug, FromRow)]
pub(crate) struct RunRow {
    tenant_id: Text<TenantId>,
    id: Text<RunId>,
    at: i64,
    monitor_id: Text<MonitorId>,
    job_id: Text<JobId>,
    agent_id: Option<Text<AgentId>>,
    status: Text<RunStatus>,
    reason: Option<String>,
    expected_at: Option<i64>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    duration_ms: Option<i64>,
    exit_status: Option<i64>,
    signal: Option<i64>,
    external_id: Option<String>,
    host: Option<String>,
    environment: Option<String>,
    skew_ms: Option<i64>,
    attempts: Option<JsonText<Vec<Attempt>>>,
    output_bytes: Option<i64>,
    user_ms: Option<i64>,
    system_ms: Option<i64>,
    max_rss_kib: Option<i64>,
    metrics: Option<JsonText<BTreeMap<String, f64>>>,
    start_seen: bool,
    end_seen: bool,
    ended_well: bool,
    traces: Option<JsonText<Traces>>,
    created_at: i64,
    namespace: String,
    name: String,
}

impl From<RunRow> for RecordedRun {
    fn from(row: RunRow) -> Self {
        let small = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
        let run = Run {
            id: row.id.0,
            at: row.at,
            status: row.status.0,
            reason: row.reason,
            expected_at: row.expected_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
            duration_ms: row.duration_ms,
            exit_status: small(row.exit_status),
            signal: small(row.signal),
            external_id: row.external_id,
            host: row.host,
            environment: row.environment,
            skew_ms: row.skew_ms,
            attempts: row.attempts.map(|a| a.0).unwrap_or_default(),
            output_bytes: row.output_bytes,
            usage: Usage { user_ms: row.user_ms, system_ms: row.system_ms, max_rss_kib: row.max_rss_kib },
            metrics: row.metrics.map(|m| m.0).unwrap_or_default(),
            start_seen: row.start_seen,
            end_seen: row.end_seen,
            ended_well: row.ended_well,
            traces: row.traces.map(|t| t.0).unwrap_or_default(),
        };
        Self {
            run,
            tenant_id: row.tenant_id.0,
            monitor_id: row.monitor_id.0,
            job_id: row.job_id.0,
            agent_id: row.agent_id.map(|a| a.0),
            namespace: row.namespace,
            name: row.name,
            created_at: row.created_at,
        }
    }
}

/// Rows of a list, as they are stored.
pub(crate) fn recorded(rows: Vec<RunRow>) -> Vec<RecordedRun> {
    rows.into_iter().map(RecordedRun::from).collect()
}

impl Read<TenantScope> {
    /// The run of this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_run(&mut self, id: RunId) -> Result<Option<RecordedRun>, StoreError> {
        let tenant = self.tenant();
        let row: Option<RunRow> = query!(self, fetch_optional FIND_RUN, Text(tenant), Text(id))?;
        Ok(row.map(RecordedRun::from))
    }
}

impl<S: Scope> Read<S> {
    /// Runs by tenant, id and monitor, at or after `since` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_runs(
        &mut self,
        wanted: &[(TenantId, RunId, MonitorId)],
        since: i64,
    ) -> Result<Vec<RecordedRun>, StoreError> {
        let mut batch = Batch::of(&FIND_RUNS);
        for (tenant, id, monitor) in wanted {
            batch.text(tenant).text(id).text(monitor).int(since);
        }
        Ok(recorded(batch.fetch_all(self).await?))
    }

    /// Rows that nobody filled yet, by tenant, monitor and the first and last place.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_unfilled(
        &mut self,
        wanted: &[(TenantId, MonitorId, (i64, i64))],
    ) -> Result<Vec<RecordedRun>, StoreError> {
        let mut batch = Batch::of(&FIND_UNFILLED);
        for (tenant, monitor, (first, last)) in wanted {
            batch.text(tenant).text(monitor).int(*first).int(*last);
        }
        Ok(recorded(batch.fetch_all(self).await?))
    }
}

impl<S: Scope> Tx<S> {
    /// Writes runs whole: new ones, and what changed of others.
    pub(crate) async fn save_runs(
        &mut self,
        runs: Vec<(&super::Judged, &Run)>,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_RUNS);
        for (monitor, run) in runs {
            batch
                .text(monitor.tenant_id)
                .text(run.id)
                .int(run.at)
                .text(monitor.monitor_id)
                .text(monitor.job_id);
            batch.opt_text(monitor.agent_id).text(run.status).opt_text(run.reason.as_deref());
            batch.opt_int(run.expected_at).opt_int(run.started_at).opt_int(run.finished_at);
            batch.opt_int(run.duration_ms).opt_int(run.exit_status.map(i64::from));
            batch.opt_int(run.signal.map(i64::from)).opt_text(run.external_id.as_deref());
            batch
                .opt_text(run.host.as_deref().or(monitor.host.as_deref()))
                .opt_text(run.environment.as_deref());
            batch.opt_int(run.skew_ms);
            batch.opt_text((!run.attempts.is_empty()).then(|| serde_json::json!(run.attempts)));
            batch.opt_int(run.output_bytes).opt_int(run.usage.user_ms).opt_int(run.usage.system_ms);
            batch.opt_int(run.usage.max_rss_kib);
            batch.opt_text((!run.metrics.is_empty()).then(|| serde_json::json!(run.metrics)));
            batch.bool(run.start_seen).bool(run.end_seen).bool(run.ended_well);
            batch.opt_text((!run.traces.is_empty()).then(|| serde_json::json!(run.traces))).int(now);
            batch.opt_text(monitor.signals_of(run.id));
        }
        batch.execute(self).await.map(drop)
    }

    /// Removes rows that gave way to another run.
    pub(crate) async fn delete_runs(&mut self, runs: Vec<(TenantId, RunId, i64)>) -> Result<(), StoreError> {
        let mut batch = Batch::of(&DELETE_RUNS);
        for (tenant, id, at) in runs {
            batch.text(tenant).text(id).int(at);
        }
        batch.execute(self).await.map(drop)
    }
}

//! How jobs and monitors are at a glance: answered from narrow indexes.

use crontopus_ids::{JobId, MonitorId};

use crate::column::Text;
use crate::error::StoreError;
use crate::monitoring::Monitor;
use crate::monitoring::monitors::{MonitorRow, monitors};
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    COUNT_JOBS = "SELECT COUNT(*) FROM jobs WHERE tenant_id = $1 AND removed_at IS NULL";
    /// Jobs by the worst of their monitors, as `wire` ranks them.
    COUNT_STATUSES = "SELECT CAST(worst.rank AS BIGINT), COUNT(*) FROM (SELECT MAX(CASE
            WHEN s.status = 'failing' THEN 6 WHEN s.status = 'unknown' THEN 5
            WHEN s.status IN ('ok', 'pending') AND s.expected_at < $2 THEN 4
            WHEN s.status = 'pending' THEN 3 WHEN s.status = 'ok' THEN 2 ELSE 1 END) AS rank
        FROM monitor_states s WHERE s.tenant_id = $1 AND NOT s.removed GROUP BY s.job_id) AS worst GROUP BY worst.rank";
    LIST_ODD_JOBS = "SELECT j.invalid, CAST(COALESCE((SELECT MAX(CASE
            WHEN s.status = 'failing' THEN 6 WHEN s.status = 'unknown' THEN 5
            WHEN s.status IN ('ok', 'pending') AND s.expected_at < $2 THEN 4
            WHEN s.status = 'pending' THEN 3 WHEN s.status = 'ok' THEN 2 ELSE 1 END)
        FROM monitor_states s WHERE s.tenant_id = j.tenant_id AND s.job_id = j.id AND NOT s.removed), 0) AS BIGINT)
        FROM jobs j WHERE j.tenant_id = $1 AND j.removed_at IS NULL AND (j.invalid OR NOT j.enabled)";
    /// The few that are not well are found by the narrow index, whatever the planner thinks: hence the cross join.
    LIST_TROUBLED = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name, m.host, m.spec, m.digest,
            m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM monitor_states s CROSS JOIN monitors m
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE s.tenant_id = $1 AND NOT s.removed AND m.tenant_id = s.tenant_id AND m.id = s.id AND (s.status IN ('failing', 'unknown')
            OR (s.status IN ('ok', 'pending') AND s.expected_at < $2))
        ORDER BY CASE s.status WHEN 'failing' THEN 0 WHEN 'unknown' THEN 2 ELSE 1 END, m.namespace, m.name, m.id
        LIMIT $3";
    LIST_HEADS = "SELECT m.id, m.job_id, m.revision, m.namespace, m.name, m.host, s.expected_at
        FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        WHERE m.tenant_id = $1 AND NOT m.removed AND s.status <> 'paused'";
}

/// How many jobs are how. `counts` holds what monitors say, by rank; jobs without a monitor are in none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobStanding {
    /// Jobs in force.
    pub all: i64,
    /// A monitor is failing.
    pub failing: i64,
    /// Nobody can say.
    pub unknown: i64,
    /// A start is overdue.
    pub late: i64,
    /// Nothing seen yet.
    pub pending: i64,
    /// Well.
    pub ok: i64,
    /// Nothing is expected.
    pub paused: i64,
    /// The newest form has errors.
    pub invalid: i64,
    /// The form says so.
    pub disabled: i64,
    /// No place holds it.
    pub unplaced: i64,
}

impl JobStanding {
    fn of_rank(&mut self, rank: i64) -> Option<&mut i64> {
        match rank {
            6 => Some(&mut self.failing),
            5 => Some(&mut self.unknown),
            4 => Some(&mut self.late),
            3 => Some(&mut self.pending),
            2 => Some(&mut self.ok),
            1 => Some(&mut self.paused),
            _ => None,
        }
    }
}

/// A monitor without what is expected of it and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorHead {
    /// Id.
    pub id: MonitorId,
    /// The job.
    pub job_id: JobId,
    /// Grows with each change of what is expected.
    pub revision: i64,
    /// Namespace of the job.
    pub namespace: String,
    /// Name of the job.
    pub name: String,
    /// The host's name.
    pub host: Option<String>,
    /// Next expected start, UTC milliseconds.
    pub expected_at: Option<i64>,
}

impl Read<TenantScope> {
    /// How many jobs are how at `now`, UTC milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_jobs(&mut self, now: i64) -> Result<JobStanding, StoreError> {
        let tenant = self.tenant();
        let (all,): (i64,) = query!(self, fetch_one COUNT_JOBS, Text(tenant))?;
        let ranks: Vec<(i64, i64)> = query!(self, fetch_all COUNT_STATUSES, Text(tenant), now)?;
        let odd: Vec<(bool, i64)> = query!(self, fetch_all LIST_ODD_JOBS, Text(tenant), now)?;
        let mut standing = JobStanding { all, ..JobStanding::default() };
        for (rank, jobs) in ranks {
            if let Some(count) = standing.of_rank(rank) {
                *count = jobs;
            }
        }
        for (invalid, rank) in odd {
            if let Some(count) = standing.of_rank(rank) {
                *count -= 1;
            }
            *(if invalid { &mut standing.invalid } else { &mut standing.disabled }) += 1;
        }
        let JobStanding { failing, unknown, late, pending, ok, paused, invalid, disabled, .. } = standing;
        let placed = failing + unknown + late + pending + ok + paused + invalid + disabled;
        standing.unplaced = (all - placed).max(0);
        Ok(standing)
    }

    /// Monitors that are failing, late or unknown at `now` (UTC milliseconds), in this order; up to `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_troubled_monitors(&mut self, now: i64, limit: u32) -> Result<Vec<Monitor>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<MonitorRow> =
            query!(self, fetch_all LIST_TROUBLED, Text(tenant), now, i64::from(limit))?;
        monitors(rows)
    }

    /// Every monitor of which something is expected, by job.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_monitor_heads(&mut self) -> Result<Vec<MonitorHead>, StoreError> {
        type Row = (Text<MonitorId>, Text<JobId>, i64, String, String, Option<String>, Option<i64>);
        let tenant = self.tenant();
        let rows: Vec<Row> = query!(self, fetch_all LIST_HEADS, Text(tenant))?;
        let head = |(id, job, revision, namespace, name, host, expected_at): Row| MonitorHead {
            id: id.0,
            job_id: job.0,
            revision,
            namespace,
            name,
            host,
            expected_at,
        };
        let mut heads: Vec<MonitorHead> = rows.into_iter().map(head).collect();
        heads.sort_unstable_by(|a, b| (&a.namespace, &a.name, a.id).cmp(&(&b.namespace, &b.name, b.id)));
        Ok(heads)
    }
}

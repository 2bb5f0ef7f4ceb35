use crontopus_domain::RunStatus;
use crontopus_ids::{AgentId, JobId, MonitorId};

use super::runs::{RecordedRun, RunRow, recorded};
use crate::column::Text;
use crate::error::StoreError;
use crate::monitoring::Spot;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::TenantScope;
use crate::tx::Read;

// One statement for each index. `$2, $3` is the row before which the page begins, `$4` the oldest moment.
statements! {
    LIST_RUNS = "SELECT r.*, m.namespace, m.name FROM runs r
        JOIN monitors m ON m.tenant_id = r.tenant_id AND m.id = r.monitor_id
        WHERE r.tenant_id = $1 AND (r.at, r.id) < ($2, $3) AND r.at >= $4 AND (r.status = $6 OR $6 IS NULL)
        ORDER BY r.at DESC, r.id DESC LIMIT $5";
    LIST_TROUBLE = "SELECT r.*, m.namespace, m.name FROM runs r
        JOIN monitors m ON m.tenant_id = r.tenant_id AND m.id = r.monitor_id
        WHERE r.tenant_id = $1 AND (r.at, r.id) < ($2, $3) AND r.at >= $4 AND r.status = $6
            AND r.status IN ('failed', 'timed_out', 'missed', 'skipped', 'unknown')
        ORDER BY r.at DESC, r.id DESC LIMIT $5";
    LIST_RUNNING = "SELECT r.*, m.namespace, m.name FROM runs r
        JOIN monitors m ON m.tenant_id = r.tenant_id AND m.id = r.monitor_id
        WHERE r.tenant_id = $1 AND (r.at, r.id) < ($2, $3) AND r.at >= $4 AND r.status = 'running'
        ORDER BY r.at DESC, r.id DESC LIMIT $5";
    LIST_MONITOR_RUNS = "SELECT r.*, m.namespace, m.name FROM runs r
        JOIN monitors m ON m.tenant_id = r.tenant_id AND m.id = r.monitor_id
        WHERE r.tenant_id = $1 AND r.monitor_id = $7 AND (r.at, r.id) < ($2, $3) AND r.at >= $4
            AND (r.status = $6 OR $6 IS NULL)
        ORDER BY r.at DESC, r.id DESC LIMIT $5";
    LIST_JOB_RUNS = "SELECT r.*, m.namespace, m.name FROM runs r
        JOIN monitors m ON m.tenant_id = r.tenant_id AND m.id = r.monitor_id
        WHERE r.tenant_id = $1 AND r.job_id = $7 AND (r.at, r.id) < ($2, $3) AND r.at >= $4
            AND (r.status = $6 OR $6 IS NULL)
        ORDER BY r.at DESC, r.id DESC LIMIT $5";
    LIST_AGENT_RUNS = "SELECT r.*, m.namespace, m.name FROM runs r
        JOIN monitors m ON m.tenant_id = r.tenant_id AND m.id = r.monitor_id
        WHERE r.tenant_id = $1 AND r.agent_id = $7 AND r.agent_id IS NOT NULL AND (r.at, r.id) < ($2, $3)
            AND r.at >= $4 AND (r.status = $6 OR $6 IS NULL)
        ORDER BY r.at DESC, r.id DESC LIMIT $5";
}

/// Which runs to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Namespace and name of the job, as it is called now.
    pub job: Option<(String, String)>,
    /// The monitor.
    pub monitor_id: Option<MonitorId>,
    /// The host.
    pub agent_id: Option<AgentId>,
    /// How they are.
    pub status: Option<RunStatus>,
    /// The oldest moment, UTC milliseconds.
    pub from: Option<i64>,
    /// The moment before which they are, UTC milliseconds.
    pub to: Option<i64>,
}

/// By what the rows are found.
enum Way {
    All,
    Monitor(MonitorId),
    Job(JobId),
    Agent(AgentId),
}

impl Read<TenantScope> {
    /// Runs, newest first. A `monitor_id` wins over `job` and `agent_id`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_runs(
        &mut self,
        filter: &RunFilter,
        paging: &Paging,
    ) -> Result<Listed<RecordedRun>, StoreError> {
        let mut rows = Vec::new();
        let ways = self.ways(filter).await?;
        for way in &ways {
            rows.extend(self.runs_by(way, filter, paging).await?);
        }
        if ways.len() > 1 {
            rows.sort_by_key(|r| std::cmp::Reverse((r.run.at, r.run.id.to_string())));
        }
        Ok(paging.page(rows, |r| Cursor { at: r.run.at, id: r.run.id.to_string() }))
    }

    async fn ways(&mut self, filter: &RunFilter) -> Result<Vec<Way>, StoreError> {
        if let Some(monitor) = filter.monitor_id {
            return Ok(vec![Way::Monitor(monitor)]);
        }
        Ok(match (&filter.job, filter.agent_id) {
            (None, None) => vec![Way::All],
            (None, Some(agent)) => vec![Way::Agent(agent)],
            (Some((namespace, name)), None) => {
                self.list_job_ids(namespace, name).await?.into_iter().map(Way::Job).collect()
            }
            (Some((namespace, name)), agent_id) => {
                let tenant_id = self.tenant();
                let spot = Spot { tenant_id, namespace: namespace.clone(), name: name.clone(), agent_id };
                self.find_spots(&[spot]).await?.into_iter().map(|(_, id)| Way::Monitor(id)).collect()
            }
        })
    }

    async fn runs_by(
        &mut self,
        way: &Way,
        filter: &RunFilter,
        paging: &Paging,
    ) -> Result<Vec<RecordedRun>, StoreError> {
        let tenant = self.tenant();
        let to = Cursor { at: filter.to.unwrap_or(i64::MAX), id: String::new() };
        let before = paging.after.clone().filter(|c| c.at < to.at).unwrap_or(to);
        let (from, limit, status) =
            (filter.from.unwrap_or(i64::MIN), paging.fetch(), filter.status.map(Text));
        let is_trouble = !matches!(filter.status, None | Some(RunStatus::Succeeded | RunStatus::Running));
        let rows: Vec<RunRow> = match way {
            Way::All if is_trouble => {
                query!(self, fetch_all LIST_TROUBLE, Text(tenant), before.at, &before.id,
                from, limit, status)?
            }
            Way::All if filter.status == Some(RunStatus::Running) => {
                query!(self, fetch_all LIST_RUNNING, Text(tenant), before.at, &before.id, from, limit)?
            }
            Way::All => {
                query!(self, fetch_all LIST_RUNS, Text(tenant), before.at, &before.id, from, limit, status)?
            }
            Way::Monitor(id) => {
                query!(self, fetch_all LIST_MONITOR_RUNS, Text(tenant), before.at, &before.id, from,
                limit, status, Text(*id))?
            }
            Way::Job(id) => {
                query!(self, fetch_all LIST_JOB_RUNS, Text(tenant), before.at, &before.id, from, limit,
                status, Text(*id))?
            }
            Way::Agent(id) => {
                query!(self, fetch_all LIST_AGENT_RUNS, Text(tenant), before.at, &before.id, from,
                limit, status, Text(*id))?
            }
        };
        Ok(recorded(rows))
    }
}

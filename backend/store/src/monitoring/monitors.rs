use std::collections::BTreeSet;
use std::sync::Arc;

use crontopus_domain::monitor::Around;
use crontopus_domain::{MonitorSpec, MonitorState, MonitorStatus, Outage};
use crontopus_ids::{AgentId, JobId, MonitorId, TenantId};
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_MONITOR = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name, m.host, m.spec, m.digest,
            m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = $1 AND m.id = $2";
    LIST_MONITORS = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name, m.host, m.spec, m.digest,
            m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = $1 AND NOT m.removed AND (m.namespace, m.name, m.id) > ($2, $3, $4)
            AND (m.agent_id = $5 OR $5 IS NULL)
            AND (CASE WHEN s.status IN ('ok', 'pending') AND s.expected_at < $7 THEN 'late'
                ELSE s.status END = $6 OR $6 IS NULL)
        ORDER BY m.namespace, m.name, m.id LIMIT $8";
    LIST_NAMED_MONITORS = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name, m.host, m.spec,
            m.digest, m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = $1 AND m.namespace = $2 AND m.name = $3 AND NOT m.removed AND m.id > $4
            AND (m.agent_id = $5 OR $5 IS NULL)
            AND (CASE WHEN s.status IN ('ok', 'pending') AND s.expected_at < $7 THEN 'late'
                ELSE s.status END = $6 OR $6 IS NULL)
        ORDER BY m.id LIMIT $8";
    /// Without an order, for which SQLite would rather read all monitors of the tenant in it.
    LIST_JOB_MONITOR_IDS = "SELECT m.id FROM monitors m WHERE m.tenant_id = $1 AND m.job_id = $2";
    /// Without DISTINCT, for the same reason.
    LIST_JOB_IDS = "SELECT m.job_id FROM monitors m
        WHERE m.tenant_id = $1 AND m.namespace = $2 AND m.name = $3 ORDER BY m.id";
}

batches! {
    /// In id order, so that two transactions never wait for each other.
    LOCK_MONITORS(tenant_id Text, id Text) = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name,
            m.host, m.spec, m.digest, m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM {rows} CROSS JOIN monitor_states s
        JOIN monitors m ON m.tenant_id = s.tenant_id AND m.id = s.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE s.tenant_id = batch.tenant_id AND s.id = batch.id ORDER BY s.tenant_id, s.id" for update of s;
    FIND_SPOTS(n Int, tenant_id Text, namespace Text, name Text, agent_id Text) = "SELECT batch.n, m.id
        FROM {rows} CROSS JOIN monitors m
        WHERE m.tenant_id = batch.tenant_id AND m.namespace = batch.namespace AND m.name = batch.name
            AND m.agent_id = batch.agent_id
        ORDER BY batch.n, m.removed DESC, m.id";
    LIST_MONITORS_BY_ID(tenant_id Text, id Text) = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name,
            m.host, m.spec, m.digest, m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM {rows} CROSS JOIN monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = batch.tenant_id AND m.id = batch.id";
    LIST_JOBS_MONITORS(tenant_id Text, job_id Text) = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace,
            m.name, m.host, m.spec, m.digest, m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM {rows} CROSS JOIN monitors m
        JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = batch.tenant_id AND m.job_id = batch.job_id AND NOT m.removed
        ORDER BY m.job_id, m.id";
}

/// What is expected of a job in one place, and how it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitor {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Id.
    pub id: MonitorId,
    /// The job.
    pub job_id: JobId,
    /// The host; `None` in ping mode.
    pub agent_id: Option<AgentId>,
    /// Namespace of the job.
    pub namespace: String,
    /// Name of the job.
    pub name: String,
    /// The host's name.
    pub host: Option<String>,
    /// A [`MonitorSpec`] as JSON, so that whoever keeps compiled specs need not read it again.
    pub spec: Arc<str>,
    /// Digest of the manifest it was made of.
    pub digest: String,
    /// Grows with each change of `spec`.
    pub revision: i64,
    /// The job is no more, or no longer in this place.
    pub removed: bool,
    /// How it is.
    pub state: MonitorState,
    /// When the host was last heard of, UTC milliseconds.
    pub host_seen_at: Option<i64>,
    /// Records that waited in its spool then.
    pub host_spooled: i64,
}

/// A monitor to be made.
#[derive(Debug, Clone)]
pub struct NewMonitor<'a> {
    /// Id.
    pub id: MonitorId,
    /// The job.
    pub job_id: JobId,
    /// The host; `None` in ping mode.
    pub agent_id: Option<AgentId>,
    /// Namespace of the job.
    pub namespace: &'a str,
    /// Name of the job.
    pub name: &'a str,
    /// The host's name.
    pub host: Option<&'a str>,
    /// What is expected.
    pub spec: &'a MonitorSpec,
    /// Digest of the manifest.
    pub digest: &'a str,
}

/// A place that a check-in names: a job, and the agent it runs on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spot {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Namespace of the job.
    pub namespace: String,
    /// Name of the job.
    pub name: String,
    /// The agent; `None` in ping mode.
    pub agent_id: Option<AgentId>,
}

/// Which monitors to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MonitorFilter {
    /// Namespace and name of the job.
    pub job: Option<(String, String)>,
    /// The host.
    pub agent_id: Option<AgentId>,
    /// How it is at the time of asking.
    pub status: Option<MonitorStatus>,
}

#[derive(Debug, FromRow)]
pub(crate) struct MonitorRow {
    tenant_id: Text<TenantId>,
    id: Text<MonitorId>,
    job_id: Text<JobId>,
    agent_id: String,
    namespace: String,
    name: String,
    host: Option<String>,
    spec: String,
    digest: String,
    revision: i64,
    removed: bool,
    state: JsonText<MonitorState>,
    seen_at: Option<i64>,
    spooled: Option<i64>,
}

impl TryFrom<MonitorRow> for Monitor {
    type Error = StoreError;

    fn try_from(row: MonitorRow) -> Result<Self, StoreError> {
        let contradiction = || StoreError::inconsistent("monitors", "agent_id", row.id.0);
        let agent_id = match row.agent_id.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| contradiction())?),
        };
        Ok(Self {
            tenant_id: row.tenant_id.0,
            id: row.id.0,
            job_id: row.job_id.0,
            agent_id,
            namespace: row.namespace,
            name: row.name,
            host: row.host,
            spec: row.spec.into(),
            digest: row.digest,
            revision: row.revision,
            removed: row.removed,
            state: row.state.0,
            host_seen_at: row.seen_at,
            host_spooled: row.spooled.unwrap_or(0),
        })
    }
}

impl Monitor {
    /// `namespace/name`.
    pub fn job(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// What the rules have to know of what is around it.
    pub fn around<'a>(&self, outages: &'a [Outage]) -> Around<'a> {
        Around { outages, host_seen_at: self.host_seen_at, host_keeps_records: self.host_spooled > 0 }
    }

    /// What is expected.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the column does not hold one.
    pub fn spec(&self) -> Result<MonitorSpec, StoreError> {
        serde_json::from_str(&self.spec).map_err(|_| StoreError::inconsistent("monitors", "spec", self.id))
    }
}

/// The column of an agent that may not be there.
pub(super) fn agent_text(agent: Option<AgentId>) -> String {
    agent.map_or_else(String::new, |a| a.to_string())
}

pub(crate) fn monitors(rows: Vec<MonitorRow>) -> Result<Vec<Monitor>, StoreError> {
    rows.into_iter().map(Monitor::try_from).collect()
}

impl<S: Scope> Read<S> {
    /// Monitors that stand in `spots`: for each spot its number and a monitor. Where there is none, nothing;
    /// a removed one only where there is no other.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_spots(&mut self, spots: &[Spot]) -> Result<Vec<(usize, MonitorId)>, StoreError> {
        let mut batch = Batch::of(&FIND_SPOTS);
        for (n, spot) in spots.iter().enumerate() {
            batch.int(n as i64).text(spot.tenant_id).text(&spot.namespace).text(&spot.name);
            batch.text(agent_text(spot.agent_id));
        }
        let rows: Vec<(i64, Text<MonitorId>)> = batch.fetch_all(self).await?;
        let mut found: Vec<(usize, MonitorId)> = Vec::with_capacity(rows.len());
        for (n, id) in rows {
            match found.last_mut() {
                Some(last) if last.0 == n as usize => last.1 = id.0,
                _ => found.push((n as usize, id.0)),
            }
        }
        Ok(found)
    }
}

impl<S: Scope> Tx<S> {
    /// Reads monitors and locks their states until the end of the transaction; those that are not there are
    /// left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn lock_monitors(&mut self, ids: &[(TenantId, MonitorId)]) -> Result<Vec<Monitor>, StoreError> {
        let mut batch = Batch::of(&LOCK_MONITORS);
        for (tenant, id) in ids {
            batch.text(tenant).text(id);
        }
        monitors(batch.fetch_all(self).await?)
    }
}

impl Read<TenantScope> {
    /// The monitor of this id, also a removed one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_monitor(&mut self, id: MonitorId) -> Result<Option<Monitor>, StoreError> {
        let tenant = self.tenant();
        let row: Option<MonitorRow> = query!(self, fetch_optional FIND_MONITOR, Text(tenant), Text(id))?;
        row.map(Monitor::try_from).transpose()
    }

    /// Monitors by namespace, name and id; `now` decides which are late.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_monitors(
        &mut self,
        filter: &MonitorFilter,
        now: i64,
        paging: &Paging,
    ) -> Result<Listed<Monitor>, StoreError> {
        let tenant = self.tenant();
        let after = paging.after.as_ref().map_or("", |c| c.id.as_str());
        let (after_job, after_id) = after.rsplit_once('/').unwrap_or_default();
        let (after_namespace, after_name) = after_job.split_once('/').unwrap_or_default();
        let (agent, status) = (filter.agent_id.map(Text), filter.status.map(Text));
        let rows: Vec<MonitorRow> = match &filter.job {
            None => {
                query!(self, fetch_all LIST_MONITORS, Text(tenant), after_namespace, after_name, after_id,
                agent, status, now, paging.fetch())?
            }
            Some((namespace, name)) => {
                query!(self, fetch_all LIST_NAMED_MONITORS, Text(tenant), namespace, name,
                after_id, agent, status, now, paging.fetch())?
            }
        };
        let place = |m: &Monitor| Cursor { at: 0, id: format!("{}/{}", m.job(), m.id) };
        Ok(paging.page(monitors(rows)?, place))
    }

    /// The monitors of these ids, in no order; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_monitors_by_id(&mut self, ids: &[MonitorId]) -> Result<Vec<Monitor>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_MONITORS_BY_ID));
        for id in ids {
            batch.text(tenant).text(id);
        }
        monitors(batch.fetch_all(self).await?)
    }

    /// The monitors of several jobs that are not removed, by job.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_monitors_of_jobs(&mut self, jobs: &[JobId]) -> Result<Vec<Monitor>, StoreError> {
        let tenant = self.tenant();
        let mut batch = Batch::of(&LIST_JOBS_MONITORS);
        for job in jobs {
            batch.text(tenant).text(job);
        }
        monitors(batch.fetch_all(self).await?)
    }

    /// Ids of a job's monitors, also of removed ones.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_job_monitors(&mut self, job: JobId) -> Result<Vec<MonitorId>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(Text<MonitorId>,)> =
            query!(self, fetch_all LIST_JOB_MONITOR_IDS, Text(tenant), Text(job))?;
        let mut ids: Vec<MonitorId> = rows.into_iter().map(|(id,)| id.0).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// Jobs that have or had monitors under this name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(crate) async fn list_job_ids(
        &mut self,
        namespace: &str,
        name: &str,
    ) -> Result<BTreeSet<JobId>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(Text<JobId>,)> = query!(self, fetch_all LIST_JOB_IDS, Text(tenant), namespace, name)?;
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }
}

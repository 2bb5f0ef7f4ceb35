//! Monitors by where they stand: found, made and changed for many jobs in a fixed number of statements.

use crontopus_domain::{MonitorSpec, MonitorState};
use crontopus_ids::{AgentId, JobId, MonitorId, TenantId};

use super::monitors::{Monitor, MonitorRow, NewMonitor, agent_text, monitors};
use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};

statements! {
    LIST_HOST_MONITORS = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name, m.host, m.spec,
            m.digest, m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = $1 AND m.agent_id = $2 AND NOT m.removed ORDER BY m.id";
}

batches! {
    /// In id order, so that two transactions never wait for each other.
    LOCK_PLACES(tenant_id Text, job_id Text, agent_id Text) = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id,
            m.namespace, m.name, m.host, m.spec, m.digest, m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM {rows} CROSS JOIN monitors m
        JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = batch.tenant_id AND m.job_id = batch.job_id AND m.agent_id = batch.agent_id
        ORDER BY s.tenant_id, s.id" for update of s;
    LOCK_OF_JOBS(tenant_id Text, job_id Text) = "SELECT m.tenant_id, m.id, m.job_id, m.agent_id, m.namespace, m.name,
            m.host, m.spec, m.digest, m.revision, m.removed, s.state, a.seen_at, a.spooled
        FROM {rows} CROSS JOIN monitors m
        JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = batch.tenant_id AND m.job_id = batch.job_id AND NOT m.removed
        ORDER BY s.tenant_id, s.id" for update of s;
    CREATE_MONITORS(tenant_id Text, id Text, job_id Text, agent_id Text, namespace Text, name Text, host Text,
        spec Text, digest Text, at Int) =
        "INSERT INTO monitors (tenant_id, id, job_id, agent_id, namespace, name, host, spec, digest, revision,
            removed, created_at, updated_at)
        SELECT tenant_id, id, job_id, agent_id, namespace, name, host, spec, digest, 1, FALSE, at, at
        FROM {rows} WHERE true";
    CREATE_STATES(tenant_id Text, id Text, state Text, status Text, expected_at Int, deadline_at Int, job_id Text) =
        "INSERT INTO monitor_states (tenant_id, id, state, status, expected_at, deadline_at, job_id, removed)
        SELECT tenant_id, id, state, status, expected_at, deadline_at, job_id, FALSE FROM {rows} WHERE true";
    CHANGE_MONITORS(tenant_id Text, id Text, namespace Text, name Text, host Text, spec Text, digest Text, at Int) =
        "UPDATE monitors SET namespace = batch.namespace, name = batch.name, host = batch.host, spec = batch.spec,
            digest = batch.digest, revision = revision + 1, removed = FALSE, updated_at = batch.at
        FROM {rows} WHERE monitors.tenant_id = batch.tenant_id AND monitors.id = batch.id";
    REMOVE_MONITORS(tenant_id Text, id Text, at Int) =
        "UPDATE monitors SET revision = revision + 1, removed = TRUE, updated_at = batch.at
        FROM {rows} WHERE monitors.tenant_id = batch.tenant_id AND monitors.id = batch.id";
    MARK_STATES(tenant_id Text, id Text, removed Bool) = "UPDATE monitor_states SET removed = batch.removed
        FROM {rows} WHERE monitor_states.tenant_id = batch.tenant_id AND monitor_states.id = batch.id";
}

impl Read<TenantScope> {
    /// The monitors of a host that are not removed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_host_monitors(&mut self, agent: AgentId) -> Result<Vec<Monitor>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<MonitorRow> = query!(self, fetch_all LIST_HOST_MONITORS, Text(tenant), Text(agent))?;
        monitors(rows)
    }
}

impl Tx<TenantScope> {
    /// Reads the monitors of jobs in one place each, also removed ones, and locks their states until the end of the
    /// transaction; `None` is ping mode. Where there never was one, nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn lock_places(
        &mut self,
        places: &[(JobId, Option<AgentId>)],
    ) -> Result<Vec<Monitor>, StoreError> {
        let tenant = self.tenant();
        let mut batch = Batch::of(&LOCK_PLACES);
        for (job, agent) in places {
            batch.text(tenant).text(job).text(agent_text(*agent));
        }
        monitors(batch.fetch_all(self).await?)
    }

    /// Reads all monitors of jobs that are not removed, and locks their states until the end of the transaction.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn lock_monitors_of_jobs(&mut self, jobs: &[JobId]) -> Result<Vec<Monitor>, StoreError> {
        let tenant = self.tenant();
        let mut batch = Batch::of(&LOCK_OF_JOBS);
        for job in jobs {
            batch.text(tenant).text(job);
        }
        monitors(batch.fetch_all(self).await?)
    }

    /// Makes monitors, each with its first state.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a job has one in that place.
    pub async fn create_monitors(
        &mut self,
        fresh: &[(NewMonitor<'_>, MonitorState)],
        now: i64,
    ) -> Result<(), StoreError> {
        if fresh.is_empty() {
            return Ok(());
        }
        let tenant = self.tenant();
        let (mut rows, mut states) = (Batch::of(&CREATE_MONITORS), Batch::of(&CREATE_STATES));
        for (monitor, state) in fresh {
            let id = monitor.id;
            rows.text(tenant).text(id).text(monitor.job_id).text(agent_text(monitor.agent_id));
            rows.text(monitor.namespace).text(monitor.name).opt_text(monitor.host);
            rows.text(spec_text(monitor.spec, id)?).text(monitor.digest).int(now);
            let json = serde_json::to_string(state)
                .map_err(|_| StoreError::inconsistent("monitor_states", "state", id))?;
            states.text(tenant).text(id).text(json).text(state.status);
            states.opt_int(state.expected_at).opt_int(state.deadline_at).text(monitor.job_id);
        }
        rows.execute(self).await?;
        states.execute(self).await?;
        self.wake(crate::Topic::Deadlines);
        Ok(())
    }

    /// Stores what new manifests changed of monitors that are locked (not their states); removed ones are back.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when one is not there.
    pub async fn change_monitors(&mut self, changed: &[NewMonitor<'_>], now: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let mut batch = Batch::of(&CHANGE_MONITORS);
        for monitor in changed {
            batch.text(tenant).text(monitor.id).text(monitor.namespace).text(monitor.name);
            batch
                .opt_text(monitor.host)
                .text(spec_text(monitor.spec, monitor.id)?)
                .text(monitor.digest)
                .int(now);
        }
        let reached = batch.execute(self).await?;
        self.mark_states(changed.iter().map(|m| (tenant, m.id)), false).await?;
        all_there(reached, changed.len())
    }

    /// Notes that monitors that are locked stand no longer.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when one is not there.
    pub async fn remove_monitors(&mut self, gone: &[MonitorId], now: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let mut batch = Batch::of(&REMOVE_MONITORS);
        for id in gone {
            batch.text(tenant).text(id).int(now);
        }
        let reached = batch.execute(self).await?;
        self.mark_states(gone.iter().map(|id| (tenant, *id)), true).await?;
        all_there(reached, gone.len())
    }

    async fn mark_states(
        &mut self,
        monitors: impl Iterator<Item = (TenantId, MonitorId)>,
        removed: bool,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&MARK_STATES);
        for (tenant, id) in monitors {
            batch.text(tenant).text(id).bool(removed);
        }
        batch.execute(self).await.map(drop)
    }
}

fn spec_text(spec: &MonitorSpec, id: MonitorId) -> Result<String, StoreError> {
    serde_json::to_string(spec).map_err(|_| StoreError::inconsistent("monitors", "spec", id))
}

fn all_there(reached: u64, wanted: usize) -> Result<(), StoreError> {
    if reached == wanted as u64 { Ok(()) } else { Err(StoreError::Missing { table: "monitors" }) }
}

use crontopus_domain::{MonitorStatus, RunStatus};
use crontopus_ids::{IncidentId, MonitorId, RunId};
use crontopus_store::{
    Incident, IncidentEvent, IncidentFilter, Listed, Monitor, MonitorFilter, Paging, RecordedRun,
    RejectedCheckIn, RunFilter, RunOutput,
};

use super::{close_incident, pause, resume};
use crate::access::Actor;
use crate::{App, Deed, Error, Result, secret};

/// A status a filter may name.
pub type MonitorState = MonitorStatus;
/// A status a filter may name.
pub type RunState = RunStatus;

impl App {
    /// Runs, newest first.
    pub async fn list_runs(
        &self,
        actor: &Actor,
        filter: &RunFilter,
        paging: &Paging,
    ) -> Result<Listed<RecordedRun>> {
        Ok(self.read(actor.tenant_id).await?.list_runs(filter, paging).await?)
    }

    /// One run.
    pub async fn get_run(&self, actor: &Actor, id: RunId) -> Result<RecordedRun> {
        let run = self.read(actor.tenant_id).await?.find_run(id).await?;
        run.ok_or_else(|| Error::not_found(format!("run {id}")))
    }

    /// What was kept of a run's output.
    pub async fn get_run_output(&self, actor: &Actor, id: RunId) -> Result<RunOutput> {
        let mut read = self.read(actor.tenant_id).await?;
        read.find_run(id).await?.ok_or_else(|| Error::not_found(format!("run {id}")))?;
        let output = read.find_run_output(id).await?;
        output.ok_or_else(|| Error::not_found(format!("output of run {id}")))
    }

    /// Monitors, by job.
    pub async fn list_monitors(
        &self,
        actor: &Actor,
        filter: &MonitorFilter,
        paging: &Paging,
    ) -> Result<Listed<Monitor>> {
        Ok(self.read(actor.tenant_id).await?.list_monitors(filter, self.now_ms(), paging).await?)
    }

    /// One monitor.
    pub async fn get_monitor(&self, actor: &Actor, id: MonitorId) -> Result<Monitor> {
        let monitor = self.read(actor.tenant_id).await?.find_monitor(id).await?;
        monitor.filter(|m| !m.removed).ok_or_else(|| missing(id))
    }

    /// Stops expecting anything of a monitor until it is resumed.
    pub async fn pause_monitor(&self, actor: &Actor, id: MonitorId) -> Result<Monitor> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let done = pause(&mut tx, self.ingest().expectations(), id, self.now_ms()).await?;
        let monitor = done.ok_or_else(|| missing(id))?;
        tx.create_audit(&self.audit_line(actor, Deed::new("pause_monitor", &id.to_string()))).await?;
        tx.commit().await?;
        Ok(monitor)
    }

    /// Expects starts of a monitor again, from now on.
    pub async fn resume_monitor(&self, actor: &Actor, id: MonitorId) -> Result<Monitor> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let done = resume(&mut tx, self.ingest().expectations(), id, self.now_ms()).await?;
        let monitor = done.ok_or_else(|| missing(id))?;
        tx.create_audit(&self.audit_line(actor, Deed::new("resume_monitor", &id.to_string()))).await?;
        tx.commit().await?;
        Ok(monitor)
    }

    /// Gives a monitor a new check-in key; the old one ends at once. The key is answered this once.
    pub async fn rotate_monitor_key(&self, actor: &Actor, id: MonitorId) -> Result<String> {
        let mut tx = self.begin(actor.tenant_id).await?;
        tx.find_monitor(id).await?.filter(|m| !m.removed).ok_or_else(|| missing(id))?;
        let key = secret::check_in_key(self.entropy().as_ref());
        tx.set_check_in_key(Some(id), &secret::hash(&key), self.now_ms()).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("rotate_monitor_key", &id.to_string()))).await?;
        tx.commit().await?;
        Ok(key)
    }

    /// Incidents, newest first.
    pub async fn list_incidents(
        &self,
        actor: &Actor,
        filter: &IncidentFilter,
        paging: &Paging,
    ) -> Result<Listed<Incident>> {
        Ok(self.read(actor.tenant_id).await?.list_incidents(filter, paging).await?)
    }

    /// One incident and its timeline.
    pub async fn get_incident(
        &self,
        actor: &Actor,
        id: IncidentId,
    ) -> Result<(Incident, Vec<IncidentEvent>)> {
        let mut read = self.read(actor.tenant_id).await?;
        let incident = read.find_incident(id).await?;
        let incident = incident.ok_or_else(|| Error::not_found(format!("incident {id}")))?;
        Ok((incident, read.list_incident_events(id).await?))
    }

    /// Says that somebody has taken an incident.
    pub async fn acknowledge_incident(
        &self,
        actor: &Actor,
        id: IncidentId,
    ) -> Result<(Incident, Vec<IncidentEvent>)> {
        self.get_incident(actor, id).await?;
        let mut tx = self.begin(actor.tenant_id).await?;
        if tx.acknowledge_incident(id, &actor.label, self.now_ms()).await? {
            tx.create_audit(&self.audit_line(actor, Deed::new("acknowledge_incident", &id.to_string())))
                .await?;
        }
        tx.commit().await?;
        self.get_incident(actor, id).await
    }

    /// Ends an incident by hand; the next bad run may open another one.
    pub async fn resolve_incident(
        &self,
        actor: &Actor,
        id: IncidentId,
    ) -> Result<(Incident, Vec<IncidentEvent>)> {
        let (incident, _) = self.get_incident(actor, id).await?;
        if incident.monitor_id.is_none() {
            return Err(Error::Conflict("a lost host's incident ends when the host is heard of".to_owned()));
        }
        let mut tx = self.begin(actor.tenant_id).await?;
        let expectations = self.ingest().expectations();
        if close_incident(&mut tx, expectations, id, &actor.label, self.now_ms()).await? {
            tx.create_audit(&self.audit_line(actor, Deed::new("resolve_incident", &id.to_string()))).await?;
        }
        tx.commit().await?;
        self.get_incident(actor, id).await
    }

    /// Check-ins that were not taken, newest first.
    pub async fn list_rejected_check_ins(
        &self,
        actor: &Actor,
        paging: &Paging,
    ) -> Result<Listed<RejectedCheckIn>> {
        Ok(self.read(actor.tenant_id).await?.list_rejected_check_ins(paging).await?)
    }
}

fn missing(id: MonitorId) -> Error {
    Error::not_found(format!("monitor {id}"))
}

use crontopus_domain::monitor::{self, Subject};
use crontopus_domain::{Expectation, MonitorSpec, Place};
use crontopus_ids::{AgentId, JobId, MonitorId};
use crontopus_manifest::Job;
use crontopus_store::{Judged, Monitor, NewMonitor, StoreError, TenantTx};

use crate::ingest::Expectations;

/// What is to be expected of one job in one place.
#[derive(Debug, Clone)]
pub struct Declaration<'a> {
    /// The job.
    pub job_id: JobId,
    /// Its manifest.
    pub job: &'a Job,
    /// Digest of the manifest.
    pub digest: &'a str,
    /// The agent that has applied the entry, and its name; `None` in ping mode.
    pub agent: Option<(AgentId, &'a str)>,
    /// Whose rules and which zone say when it starts.
    pub place: Place,
}

impl Declaration<'_> {
    /// Whether that is what `known` expects already.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when its row cannot be read.
    pub fn is_of(&self, known: &Monitor) -> Result<bool, StoreError> {
        let key = self.job.key();
        let same_name = known.namespace == key.namespace() && known.name == key.name();
        let same_host = known.host.as_deref() == self.agent.map(|(_, name)| name);
        if known.removed || known.digest != self.digest || !same_name || !same_host {
            return Ok(false);
        }
        Ok(known.spec()? == MonitorSpec::of(self.job, &self.place))
    }
}

/// Arms the monitor of a declaration, or changes it when it is there; which one it is. Nothing changes when
/// the digest and the place are what they were.
///
/// A job in ping mode is declared when it is synced; a job on a host when its agent has applied it. A job
/// that is not `enabled` is not declared but [withdrawn](withdraw).
///
/// # Errors
/// [`StoreError::Unavailable`]; [`StoreError::Inconsistent`] when the zone is unknown to this server.
pub async fn declare(
    tx: &mut TenantTx,
    expectations: &Expectations,
    declaration: &Declaration<'_>,
    fresh: MonitorId,
    now: i64,
) -> Result<MonitorId, StoreError> {
    let agent_id = declaration.agent.map(|(id, _)| id);
    let known = find(tx, declaration.job_id, agent_id).await?;
    if let Some(known) = &known
        && declaration.is_of(known)?
    {
        return Ok(known.id);
    }
    let spec = MonitorSpec::of(declaration.job, &declaration.place);
    let key = declaration.job.key();
    let row = NewMonitor {
        id: known.as_ref().map_or(fresh, |m| m.id),
        job_id: declaration.job_id,
        agent_id,
        namespace: key.namespace(),
        name: key.name(),
        host: declaration.agent.map(|(_, name)| name),
        spec: &spec,
        digest: declaration.digest,
    };
    let expectation = compile(&spec, row.id)?;
    let Some(known) = known else {
        tx.create_monitor(&row, &monitor::arm(row.id, &expectation, now), now).await?;
        return Ok(row.id);
    };
    let subject = Subject { id: known.id, expectation: &expectation };
    let mut judged = Judged::of(&known, spec.severity);
    let effects = match expectations.of(&known) {
        Some(before) => monitor::declare(&mut judged.state, subject, &before, now),
        None => monitor::declare(&mut judged.state, subject, &expectation, now),
    };
    judged.add(effects);
    tx.update_monitor(&row, false, now).await?;
    tx.write_judged(&[judged], now).await?;
    Ok(known.id)
}

/// Ends the expectation of a job in one place, or in every place: `agent` is `Some(None)` for ping mode and
/// `None` for all. How many monitors ended.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn withdraw(
    tx: &mut TenantTx,
    expectations: &Expectations,
    job_id: JobId,
    agent: Option<Option<AgentId>>,
    now: i64,
) -> Result<usize, StoreError> {
    let monitors = of_job(tx, job_id).await?;
    let standing = |m: &&Monitor| !m.removed && agent.is_none_or(|a| a == m.agent_id);
    let mut judged = Vec::new();
    for known in monitors.iter().filter(standing) {
        let spec = known.spec()?;
        let mut own = Judged::of(known, spec.severity);
        if let Some(expectation) = expectations.of(known) {
            let subject = Subject { id: known.id, expectation: &expectation };
            let effects = monitor::remove(&mut own.state, subject, now);
            own.add(effects);
        }
        let row = NewMonitor {
            id: known.id,
            job_id: known.job_id,
            agent_id: known.agent_id,
            namespace: &known.namespace,
            name: &known.name,
            host: known.host.as_deref(),
            spec: &spec,
            digest: &known.digest,
        };
        tx.update_monitor(&row, true, now).await?;
        judged.push(own);
    }
    if !judged.is_empty() {
        tx.write_judged(&judged, now).await?;
    }
    Ok(judged.len())
}

async fn of_job(tx: &mut TenantTx, job: JobId) -> Result<Vec<Monitor>, StoreError> {
    let tenant = tx.tenant();
    let ids: Vec<_> = tx.list_job_monitors(job).await?.into_iter().map(|id| (tenant, id)).collect();
    if ids.is_empty() { Ok(Vec::new()) } else { tx.lock_monitors(&ids).await }
}

async fn find(tx: &mut TenantTx, job: JobId, agent: Option<AgentId>) -> Result<Option<Monitor>, StoreError> {
    Ok(of_job(tx, job).await?.into_iter().find(|m| m.agent_id == agent))
}

fn compile(spec: &MonitorSpec, id: MonitorId) -> Result<Expectation, StoreError> {
    Expectation::compile(spec.clone()).map_err(|_| StoreError::inconsistent("monitors", "spec", id))
}

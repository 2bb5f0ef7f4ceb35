use std::collections::HashMap;

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

impl<'a> Declaration<'a> {
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

    fn place(&self) -> (JobId, Option<AgentId>) {
        (self.job_id, self.agent.map(|(id, _)| id))
    }

    fn row(&self, id: MonitorId, spec: &'a MonitorSpec) -> NewMonitor<'a> {
        let key = self.job.key();
        NewMonitor {
            id,
            job_id: self.job_id,
            agent_id: self.agent.map(|(id, _)| id),
            namespace: key.namespace(),
            name: key.name(),
            host: self.agent.map(|(_, name)| name),
            spec,
            digest: self.digest,
        }
    }
}

/// Arms the monitors of declarations, each of another place, or changes those that are there; which they are, in the
/// order of the declarations. Nothing changes where the digest and the place are what they were.
///
/// A job in ping mode is declared when it is synced; a job on a host when its agent has applied it. A job
/// that is not `enabled` is not declared but [withdrawn](withdraw).
///
/// # Errors
/// [`StoreError::Unavailable`]; [`StoreError::Inconsistent`] when the zone is unknown to this server.
pub async fn declare(
    tx: &mut TenantTx,
    expectations: &Expectations,
    declarations: &[Declaration<'_>],
    mut fresh: impl FnMut() -> MonitorId,
    now: i64,
) -> Result<Vec<MonitorId>, StoreError> {
    let places: Vec<_> = declarations.iter().map(Declaration::place).collect();
    let known = tx.lock_places(&places).await?.into_iter().map(|m| ((m.job_id, m.agent_id), m));
    let known: HashMap<_, Monitor> = known.collect();
    let specs: Vec<_> = declarations.iter().map(|d| MonitorSpec::of(d.job, &d.place)).collect();
    let mut ids = Vec::with_capacity(declarations.len());
    let (mut made, mut changed, mut judged) = (Vec::new(), Vec::new(), Vec::new());
    for (declaration, spec) in declarations.iter().zip(&specs) {
        let known = known.get(&declaration.place());
        let id = known.map_or_else(&mut fresh, |m| m.id);
        ids.push(id);
        let Some(known) = known else {
            let first = monitor::arm(id, &compile(spec, id)?, now);
            made.push((declaration.row(id, spec), first));
            continue;
        };
        if declaration.is_of(known)? {
            continue;
        }
        let expectation = compile(spec, id)?;
        let mut own = Judged::of(known, spec.severity);
        let before = expectations.of(known);
        let before = before.as_deref().unwrap_or(&expectation);
        let subject = Subject { id, expectation: &expectation };
        let effects = monitor::declare(&mut own.state, subject, before, now);
        own.add(effects);
        changed.push(declaration.row(id, spec));
        judged.push(own);
    }
    tx.create_monitors(&made, now).await?;
    if !changed.is_empty() {
        tx.change_monitors(&changed, now).await?;
        tx.write_judged(&judged, now).await?;
    }
    Ok(ids)
}

/// Ends the expectation of monitors that are locked. Nothing changes for those that ended before.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn withdraw(
    tx: &mut TenantTx,
    expectations: &Expectations,
    monitors: &[Monitor],
    now: i64,
) -> Result<(), StoreError> {
    let (mut gone, mut judged) = (Vec::new(), Vec::new());
    for known in monitors.iter().filter(|m| !m.removed) {
        let mut own = Judged::of(known, known.spec()?.severity);
        if let Some(expectation) = expectations.of(known) {
            let subject = Subject { id: known.id, expectation: &expectation };
            let effects = monitor::remove(&mut own.state, subject, now);
            own.add(effects);
        }
        gone.push(known.id);
        judged.push(own);
    }
    if !gone.is_empty() {
        tx.remove_monitors(&gone, now).await?;
        tx.write_judged(&judged, now).await?;
    }
    Ok(())
}

fn compile(spec: &MonitorSpec, id: MonitorId) -> Result<Expectation, StoreError> {
    Expectation::compile(spec.clone()).map_err(|_| StoreError::inconsistent("monitors", "spec", id))
}

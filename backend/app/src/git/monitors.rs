//! What a sync means for monitors: those of ping mode are declared here, those of agents when they report.

use crontopus_domain::monitor::{Subject, arm, declare, remove};
use crontopus_domain::{Expectation, MonitorSpec, Place};
use crontopus_ids::{JobId, MonitorId};
use crontopus_store::{JobForm, Judged, Monitor, NewMonitor, TenantTx};

use super::projection::job_of;
use super::sync::Moved;
use crate::{App, Error, Result};

impl App {
    /// Declares monitors of jobs in ping mode, and disarms those of jobs that are gone, disabled or have left
    /// ping mode.
    pub(super) async fn jobs_moved(&self, tx: &mut TenantTx, moved: &Moved, now: i64) -> Result<()> {
        let (before, after) = (&moved.before.forms, &moved.after.forms);
        let gone = before.keys().filter(|id| after.get(id).is_none_or(|form| !form.enabled));
        let gone: Vec<JobId> = gone.copied().collect();
        self.jobs_ended(tx, &gone, now).await?;
        for form in after.values().filter(|form| form.enabled) {
            let earlier = before.get(&form.id);
            if form.ping {
                let same = |b: &JobForm| b.digest == form.digest && b.key() == form.key() && b.enabled;
                if !earlier.is_some_and(same) {
                    self.declare_ping(tx, form, now).await?;
                }
            } else if earlier.is_some_and(|b| b.ping) {
                let monitors = locked(tx, form.id).await?;
                disarm(tx, monitors.into_iter().filter(|m| m.agent_id.is_none()), now).await?;
            }
        }
        Ok(())
    }

    /// Disarms every monitor of jobs.
    pub(super) async fn jobs_ended(&self, tx: &mut TenantTx, jobs: &[JobId], now: i64) -> Result<()> {
        for job in jobs {
            let monitors = locked(tx, *job).await?;
            disarm(tx, monitors, now).await?;
        }
        Ok(())
    }

    async fn declare_ping(&self, tx: &mut TenantTx, form: &JobForm, now: i64) -> Result<()> {
        let job = job_of(&form.manifest)?;
        let spec = MonitorSpec::of(&job, &Place::Elsewhere);
        let expectation =
            Expectation::compile(spec).map_err(|e| Error::internal("reading a job's time zone", e))?;
        let standing = locked(tx, form.id).await?.into_iter().find(|m| m.agent_id.is_none());
        let id = standing.as_ref().map_or_else(|| MonitorId::from_parts(now, self.random()), |m| m.id);
        let new = NewMonitor {
            id,
            job_id: form.id,
            agent_id: None,
            namespace: &form.namespace,
            name: &form.name,
            host: None,
            spec: &expectation.spec,
            digest: &form.digest,
        };
        let Some(monitor) = standing else {
            tx.create_monitor(&new, &arm(id, &expectation, now), now).await?;
            return Ok(());
        };
        let before = understood(&monitor)?;
        let mut judged = Judged::of(&monitor, expectation.spec.severity);
        let subject = Subject { id, expectation: &expectation };
        let effects = declare(&mut judged.state, subject, &before, now);
        judged.add(effects);
        tx.update_monitor(&new, false, now).await?;
        Ok(tx.write_judged(&[judged], now).await?)
    }
}

/// The monitors of a job, removed ones too, locked in the order of their ids.
async fn locked(tx: &mut TenantTx, job: JobId) -> Result<Vec<Monitor>> {
    let tenant = tx.tenant();
    let ids: Vec<_> = tx.list_job_monitors(job).await?.into_iter().map(|id| (tenant, id)).collect();
    if ids.is_empty() { Ok(Vec::new()) } else { Ok(tx.lock_monitors(&ids).await?) }
}

async fn disarm(tx: &mut TenantTx, monitors: impl IntoIterator<Item = Monitor>, now: i64) -> Result<()> {
    for monitor in monitors {
        if monitor.removed {
            continue;
        }
        let expectation = understood(&monitor)?;
        let mut judged = Judged::of(&monitor, expectation.spec.severity);
        let subject = Subject { id: monitor.id, expectation: &expectation };
        let effects = remove(&mut judged.state, subject, now);
        judged.add(effects);
        let same = NewMonitor {
            id: monitor.id,
            job_id: monitor.job_id,
            agent_id: monitor.agent_id,
            namespace: &monitor.namespace,
            name: &monitor.name,
            host: monitor.host.as_deref(),
            spec: &expectation.spec,
            digest: &monitor.digest,
        };
        tx.update_monitor(&same, true, now).await?;
        tx.write_judged(&[judged], now).await?;
    }
    Ok(())
}

fn understood(monitor: &Monitor) -> Result<Expectation> {
    Expectation::compile(monitor.spec()?).map_err(|e| Error::internal("reading a monitor's time zone", e))
}

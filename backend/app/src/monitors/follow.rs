//! What a change of jobs in Git means for monitors: those of ping mode are declared here, those of agents when
//! they report.

use std::collections::BTreeMap;

use crontopus_domain::Place;
use crontopus_ids::{AgentId, JobId, MonitorId};
use crontopus_store::{JobForm, TenantTx};

use super::{Declaration, declare, withdraw};
use crate::git::job_of;
use crate::{App, Result};

/// Jobs in force, by id.
type Forms = BTreeMap<JobId, JobForm>;

impl App {
    /// Declares monitors of jobs in ping mode, and withdraws those of jobs that are gone, disabled or have
    /// left ping mode.
    pub(crate) async fn follow_jobs(
        &self,
        tx: &mut TenantTx,
        before: &Forms,
        after: &Forms,
        now: i64,
    ) -> Result<()> {
        let gone = before.keys().filter(|id| after.get(id).is_none_or(|form| !form.enabled));
        let gone: Vec<JobId> = gone.copied().collect();
        self.end_jobs(tx, &gone, now).await?;
        for form in after.values().filter(|form| form.enabled) {
            let earlier = before.get(&form.id);
            let same = |b: &JobForm| b.digest == form.digest && b.key() == form.key() && b.enabled;
            if form.ping && !earlier.is_some_and(same) {
                self.declare_form(tx, form, None, |_| Place::Elsewhere, now).await?;
            } else if !form.ping && earlier.is_some_and(|b| b.ping) {
                withdraw(tx, self.ingest().expectations(), form.id, Some(None), now).await?;
            }
        }
        Ok(())
    }

    /// Withdraws every monitor of jobs.
    pub(crate) async fn end_jobs(&self, tx: &mut TenantTx, jobs: &[JobId], now: i64) -> Result<()> {
        for job in jobs {
            withdraw(tx, self.ingest().expectations(), *job, None, now).await?;
        }
        Ok(())
    }

    /// Declares the monitor of a job's form in the place that `place` makes of its manifest.
    pub(crate) async fn declare_form(
        &self,
        tx: &mut TenantTx,
        form: &JobForm,
        agent: Option<(AgentId, &str)>,
        place: impl FnOnce(&crontopus_manifest::Job) -> Place,
        now: i64,
    ) -> Result<()> {
        let job = job_of(&form.manifest)?;
        let place = place(&job);
        let declaration = Declaration { job_id: form.id, job: &job, digest: &form.digest, agent, place };
        let fresh = MonitorId::from_parts(now, self.random());
        declare(tx, self.ingest().expectations(), &declaration, fresh, now).await?;
        Ok(())
    }
}

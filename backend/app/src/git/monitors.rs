//! What a sync means for monitors: those of ping mode are declared here, those of agents when they report.

use crontopus_domain::Place;
use crontopus_ids::{JobId, MonitorId};
use crontopus_store::{JobForm, TenantTx};

use super::projection::job_of;
use super::sync::Moved;
use crate::ingest::Expectations;
use crate::monitors::{Declaration, declare, withdraw};
use crate::{App, Result};

impl App {
    /// Declares monitors of jobs in ping mode, and withdraws those of jobs that are gone, disabled or have
    /// left ping mode.
    pub(super) async fn jobs_moved(&self, tx: &mut TenantTx, moved: &Moved, now: i64) -> Result<()> {
        let (before, after) = (&moved.before.forms, &moved.after.forms);
        let gone = before.keys().filter(|id| after.get(id).is_none_or(|form| !form.enabled));
        let gone: Vec<JobId> = gone.copied().collect();
        self.jobs_ended(tx, &gone, now).await?;
        let expectations = Expectations::default();
        for form in after.values().filter(|form| form.enabled) {
            let earlier = before.get(&form.id);
            let same = |b: &JobForm| b.digest == form.digest && b.key() == form.key() && b.enabled;
            if form.ping && !earlier.is_some_and(same) {
                let job = job_of(&form.manifest)?;
                let (job_id, digest, place) = (form.id, form.digest.as_str(), Place::Elsewhere);
                let declaration = Declaration { job_id, job: &job, digest, agent: None, place };
                let fresh = MonitorId::from_parts(now, self.random());
                declare(tx, &expectations, &declaration, fresh, now).await?;
            } else if !form.ping && earlier.is_some_and(|b| b.ping) {
                withdraw(tx, &expectations, form.id, Some(None), now).await?;
            }
        }
        Ok(())
    }

    /// Withdraws every monitor of jobs.
    pub(super) async fn jobs_ended(&self, tx: &mut TenantTx, jobs: &[JobId], now: i64) -> Result<()> {
        let expectations = Expectations::default();
        for job in jobs {
            withdraw(tx, &expectations, *job, None, now).await?;
        }
        Ok(())
    }
}

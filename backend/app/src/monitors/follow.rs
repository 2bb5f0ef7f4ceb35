//! What a change of jobs in Git means for monitors: those of ping mode are declared here, those of agents when
//! they report.

use std::collections::BTreeMap;

use crontopus_domain::Place;
use crontopus_ids::{JobId, MonitorId};
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
        let (mut pinged, mut placed) = (Vec::new(), Vec::new());
        for form in after.values().filter(|form| form.enabled) {
            let earlier = before.get(&form.id);
            let same = |b: &JobForm| b.digest == form.digest && b.key() == form.key() && b.enabled;
            if form.ping && !earlier.is_some_and(same) {
                pinged.push((form, job_of(&form.manifest)?));
            } else if !form.ping && earlier.is_some_and(|b| b.ping) {
                placed.push((form.id, None));
            }
        }
        let left = tx.lock_places(&placed).await?;
        withdraw(tx, self.ingest().expectations(), &left, now).await?;
        let declarations: Vec<_> = pinged
            .iter()
            .map(|(form, job)| Declaration {
                job_id: form.id,
                job,
                digest: &form.digest,
                agent: None,
                place: Place::Elsewhere,
            })
            .collect();
        self.declare(tx, &declarations, now).await
    }

    /// Withdraws every monitor of jobs.
    pub(crate) async fn end_jobs(&self, tx: &mut TenantTx, jobs: &[JobId], now: i64) -> Result<()> {
        let monitors = tx.lock_monitors_of_jobs(jobs).await?;
        Ok(withdraw(tx, self.ingest().expectations(), &monitors, now).await?)
    }

    /// Declares what is to be expected, each in another place.
    pub(crate) async fn declare(
        &self,
        tx: &mut TenantTx,
        declarations: &[Declaration<'_>],
        now: i64,
    ) -> Result<()> {
        let fresh = || MonitorId::from_parts(now, self.random());
        declare(tx, self.ingest().expectations(), declarations, fresh, now).await?;
        Ok(())
    }
}

use std::collections::{HashMap, HashSet};

use crontopus_domain::Place;
use crontopus_ids::{AgentId, JobId};
use crontopus_manifest::Job;
use crontopus_schedule::Profile;
use crontopus_store::{JobForm, Monitor, TenantTx};

use super::{AgentIdentity, JobOnHost};
use crate::git::job_of;
use crate::monitors::{Declaration, withdraw};
use crate::{App, Result};

impl App {
    /// Arms a monitor for each entry that stands on the host, and disarms those whose entry is gone.
    ///
    /// While a host still holds the form that its monitor was armed with, that one stays what is expected,
    /// although Git may be further already. What Git does not know is not expected at all.
    pub(super) async fn declare_on_host(
        &self,
        tx: &mut TenantTx,
        host: &AgentIdentity,
        jobs: &[JobOnHost],
        zone: &str,
        now: i64,
    ) -> Result<()> {
        let armed = armed(tx, host.agent_id).await?;
        let forms = forms(tx, jobs).await?;
        let mut standing: HashSet<JobId> = HashSet::new();
        for reported in jobs {
            let Some(form) = forms.get(&reported.job).filter(|f| f.enabled && !f.ping) else { continue };
            let known = armed.get(&form.id);
            // An update that could not be applied leaves the older entry in its place.
            let holds_known = known.is_some_and(|m| m.digest == reported.digest && m.digest != form.digest);
            if !reported.applied || holds_known {
                standing.extend(known.map(|m| m.job_id));
                continue;
            }
            self.declare_entry(tx, host, (reported, form, known), zone, now).await?;
            standing.insert(form.id);
        }
        for job in armed.into_keys().filter(|job| !standing.contains(job)) {
            withdraw(tx, self.ingest().expectations(), job, Some(Some(host.agent_id)), now).await?;
        }
        Ok(())
    }

    /// Disarms every monitor of a host that is no longer ours.
    pub(super) async fn disarm_host(&self, tx: &mut TenantTx, agent: AgentId, now: i64) -> Result<()> {
        for job in armed(tx, agent).await?.into_keys() {
            withdraw(tx, self.ingest().expectations(), job, Some(Some(agent)), now).await?;
        }
        Ok(())
    }

    /// An entry fires in the job's own zone when it has one (natively, or by its guard), else in the host's. Of a host's
    /// thousands of jobs hardly one has changed since its last report: the others cost no statement.
    async fn declare_entry(
        &self,
        tx: &mut TenantTx,
        host: &AgentIdentity,
        (reported, form, known): (&JobOnHost, &JobForm, Option<&Monitor>),
        zone: &str,
        now: i64,
    ) -> Result<()> {
        let profile = reported.profile.parse().unwrap_or(Profile::DebianCron);
        let place = |job: &Job| {
            let timezone = job.timezone.clone().unwrap_or_else(|| zone.to_owned());
            Place::Agent { profile, timezone }
        };
        let agent = Some((host.agent_id, host.name.as_str()));
        if let Some(known) = known {
            let job = job_of(&form.manifest)?;
            let (job_id, digest, place) = (form.id, form.digest.as_str(), place(&job));
            if (Declaration { job_id, job: &job, digest, agent, place }).is_of(known)? {
                return Ok(());
            }
        }
        self.declare_form(tx, form, agent, place, now).await
    }
}

/// The monitors of a host that are not removed, by job.
async fn armed(tx: &mut TenantTx, agent: AgentId) -> Result<HashMap<JobId, Monitor>> {
    let tenant = tx.tenant();
    let ids: Vec<_> = tx.list_agent_monitors(agent).await?.into_iter().map(|id| (tenant, id)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(tx.lock_monitors(&ids).await?.into_iter().map(|m| (m.job_id, m)).collect())
}

/// The forms in force of the jobs that are reported, by `namespace/name`.
async fn forms(tx: &mut TenantTx, jobs: &[JobOnHost]) -> Result<HashMap<String, JobForm>> {
    let keys: Vec<_> = jobs.iter().filter_map(|j| j.job.split_once('/')).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let forms = tx.list_forms_by_key(keys).await?;
    Ok(forms.into_iter().filter(|f| f.removed_at.is_none()).map(|f| (f.key(), f)).collect())
}

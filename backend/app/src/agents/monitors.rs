use std::collections::{HashMap, HashSet};

use crontopus_domain::Place;
use crontopus_ids::{AgentId, JobId};
use crontopus_manifest::Job;
use crontopus_schedule::Profile;
use crontopus_store::{JobForm, Monitor, Read, TenantScope, TenantTx};

use super::{AgentIdentity, JobOnHost};
use crate::git::job_of;
use crate::monitors::{Declaration, withdraw};
use crate::{App, Error, Result};

/// So many entries of a host are declared in one transaction: nobody waits long for it, however many the host has.
const AT_ONCE: usize = 500;

/// What a report changes of what is expected of its host.
struct Change {
    /// Entries to declare.
    stands: Vec<JobOnHost>,
    /// Jobs whose entry is gone.
    gone: Vec<JobId>,
}

impl App {
    /// Arms a monitor for each entry that stands on the host, and disarms those whose entry is gone.
    ///
    /// While a host still holds the form that its monitor was armed with, that one stays what is expected,
    /// although Git may be further already. What Git does not know is not expected at all. Declared again, the
    /// same entries change nothing: a report that was interrupted goes on when it is sent again.
    pub(super) async fn declare_on_host(
        &self,
        host: &AgentIdentity,
        jobs: Vec<JobOnHost>,
        zone: &str,
        now: i64,
    ) -> Result<()> {
        let Change { stands, gone } = self.compare(host, jobs, zone).await?;
        for some in stands.chunks(AT_ONCE) {
            let mut tx = self.begin_of_host(host).await?;
            let forms = forms(&mut tx, some).await?;
            let known = some.iter().filter_map(|reported| Some((reported, forms.get(&reported.job)?)));
            let entries = known
                .filter(|(_, form)| is_of_hosts(form))
                .map(|(reported, form)| Ok((reported, form, job_of(&form.manifest)?)));
            let entries = entries.collect::<Result<Vec<_>>>()?;
            let declarations: Vec<_> = entries
                .iter()
                .map(|(reported, form, job)| declaration(host, reported, form, job, zone))
                .collect();
            self.declare(&mut tx, &declarations, now).await?;
            tx.commit().await?;
        }
        for some in gone.chunks(AT_ONCE) {
            let mut tx = self.begin_of_host(host).await?;
            let places: Vec<_> = some.iter().map(|job| (*job, Some(host.agent_id))).collect();
            let monitors = tx.lock_places(&places).await?;
            withdraw(&mut tx, self.ingest().expectations(), &monitors, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Disarms every monitor of a host that is no longer ours.
    pub(super) async fn disarm_host(&self, tx: &mut TenantTx, agent: AgentId, now: i64) -> Result<()> {
        let standing = tx.list_host_monitors(agent).await?;
        let places: Vec<_> = standing.iter().map(|m| (m.job_id, Some(agent))).collect();
        let monitors = tx.lock_places(&places).await?;
        Ok(withdraw(tx, self.ingest().expectations(), &monitors, now).await?)
    }

    /// Holds a report against what is expected, without holding anybody up: of a host's thousands of jobs hardly one
    /// has changed since its last report.
    async fn compare(&self, host: &AgentIdentity, jobs: Vec<JobOnHost>, zone: &str) -> Result<Change> {
        let mut read = self.read(host.tenant_id).await?;
        let armed =
            read.list_host_monitors(host.agent_id).await?.into_iter().map(|m| (m.job_id, m)).collect();
        let forms = forms(&mut read, &jobs).await?;
        drop(read);
        let (host, zone) = (host.clone(), zone.to_owned());
        let compared = tokio::task::spawn_blocking(move || changes(&host, jobs, &zone, &armed, &forms));
        compared.await.map_err(|error| Error::internal("comparing a report", error))?
    }

    /// A writing transaction that holds the host as it is: no monitor is armed for one that has just been revoked.
    async fn begin_of_host(&self, host: &AgentIdentity) -> Result<TenantTx> {
        let mut tx = self.begin(host.tenant_id).await?;
        let agent = tx.lock_agent(host.agent_id).await?;
        if agent.is_some_and(|agent| matches!(agent.state.as_str(), "online" | "lost")) {
            return Ok(tx);
        }
        Err(Error::AgentRevoked("this agent is gone; enrol the host again"))
    }
}

/// What differs between what a host reports and what is armed for it.
fn changes(
    host: &AgentIdentity,
    jobs: Vec<JobOnHost>,
    zone: &str,
    armed: &HashMap<JobId, Monitor>,
    forms: &HashMap<String, JobForm>,
) -> Result<Change> {
    let mut standing: HashSet<JobId> = HashSet::new();
    let mut stands = Vec::new();
    for reported in jobs {
        let Some(form) = forms.get(&reported.job).filter(|form| is_of_hosts(form)) else { continue };
        let known = armed.get(&form.id);
        // An update that could not be applied leaves the older entry in its place.
        let holds_known = known.is_some_and(|m| m.digest == reported.digest && m.digest != form.digest);
        if !reported.applied || holds_known {
            standing.extend(known.map(|m| m.job_id));
            continue;
        }
        if !standing.insert(form.id) {
            continue;
        }
        let is_known = match known {
            Some(known) => {
                let job = job_of(&form.manifest)?;
                declaration(host, &reported, form, &job, zone).is_of(known)?
            }
            None => false,
        };
        if !is_known {
            stands.push(reported);
        }
    }
    let gone = armed.keys().filter(|job| !standing.contains(job)).copied().collect();
    Ok(Change { stands, gone })
}

/// An entry fires in the job's own zone when it has one (natively, or by its guard), else in the host's.
fn declaration<'a>(
    host: &'a AgentIdentity,
    reported: &JobOnHost,
    form: &'a JobForm,
    job: &'a Job,
    zone: &str,
) -> Declaration<'a> {
    let timezone = job.timezone.clone().unwrap_or_else(|| zone.to_owned());
    let place = Place::Agent { profile: reported.profile.parse().unwrap_or(Profile::DebianCron), timezone };
    Declaration {
        job_id: form.id,
        job,
        digest: &form.digest,
        agent: Some((host.agent_id, &host.name)),
        place,
    }
}

/// Whether a job in force is started by hosts.
fn is_of_hosts(form: &JobForm) -> bool {
    form.enabled && !form.ping
}

/// The forms in force of the jobs that are reported, by `namespace/name`.
async fn forms(read: &mut Read<TenantScope>, jobs: &[JobOnHost]) -> Result<HashMap<String, JobForm>> {
    let keys = jobs.iter().filter_map(|j| j.job.split_once('/'));
    let forms = read.list_forms_by_key(keys).await?;
    Ok(forms.into_iter().filter(|f| f.removed_at.is_none()).map(|f| (f.key(), f)).collect())
}

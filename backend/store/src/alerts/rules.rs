use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::alerts::{Concern, JobFacts, Rules, named_routes};
use crontopus_domain::{IncidentKind, IncidentState, Severity};
use crontopus_ids::{AgentId, IncidentId, JobId, MonitorId, RunId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::Read;

statements! {
    LIST_RULES = "SELECT kind, namespace, name, manifest FROM documents
        WHERE tenant_id = $1 AND kind IN ('Route', 'Maintenance') ORDER BY repository_id, kind, namespace, name";
    LIST_HOST_JOB_FACTS = "SELECT j.namespace, j.name, j.labels, j.manifest FROM monitors m
        JOIN jobs j ON j.tenant_id = m.tenant_id AND j.id = m.job_id
        WHERE m.tenant_id = $1 AND m.agent_id = $2 AND NOT m.removed ORDER BY j.namespace, j.name LIMIT 2000";
    FIND_SUBJECT = "SELECT i.kind, i.severity, i.monitor_id, i.agent_id, m.job_id, i.last_run_id, i.state
        FROM incidents i LEFT JOIN monitors m ON m.tenant_id = i.tenant_id AND m.id = i.monitor_id
        WHERE i.tenant_id = $1 AND i.id = $2";
}

batches! {
    LIST_JOB_FACTS(tenant_id Text, id Text) = "SELECT j.tenant_id, j.id, j.namespace, j.name, j.labels, j.manifest
        FROM {rows} CROSS JOIN jobs j WHERE j.tenant_id = batch.tenant_id AND j.id = batch.id";
    LIST_AGENT_LABELS(tenant_id Text, id Text) = "SELECT a.tenant_id, a.id, a.labels
        FROM {rows} CROSS JOIN agents a WHERE a.tenant_id = batch.tenant_id AND a.id = batch.id";
}

type Labels = JsonText<BTreeMap<String, String>>;

/// Namespace, name, labels, manifest.
type JobRow = (String, String, Labels, String);

fn job_facts((namespace, name, labels, manifest): JobRow) -> JobFacts {
    JobFacts { namespace, name, labels: labels.0, routes: named_routes(&manifest) }
}

/// An incident, as far as it is needed to find out what it is about.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) incident: IncidentId,
    pub(crate) kind: IncidentKind,
    pub(crate) severity: Severity,
    pub(crate) monitor: Option<MonitorId>,
    pub(crate) agent: Option<AgentId>,
    pub(crate) job: Option<JobId>,
}

impl About {
    /// Whether it is of a host, and so about all of its jobs.
    pub(crate) fn is_of_host(&self) -> bool {
        self.monitor.is_none() && self.agent.is_some()
    }
}

/// What routing asks of jobs and hosts.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    jobs: BTreeMap<(TenantId, JobId), JobFacts>,
    labels: BTreeMap<(TenantId, AgentId), BTreeMap<String, String>>,
}

impl Facts {
    /// What an incident is about.
    pub(crate) fn concern(&self, tenant: TenantId, about: &About) -> Concern {
        let job = about.job.filter(|_| about.monitor.is_some());
        let job = job.and_then(|job| self.jobs.get(&(tenant, job)));
        let labels = about.agent.and_then(|agent| self.labels.get(&(tenant, agent)));
        Concern {
            incident: about.incident,
            kind: about.kind,
            severity: about.severity,
            monitor: about.monitor,
            agent: about.agent,
            agent_labels: labels.cloned().unwrap_or_default(),
            jobs: job.cloned().into_iter().collect(),
        }
    }
}

/// An incident's row, with its place and its last run.
pub(crate) struct Subject {
    pub(crate) about: About,
    pub(crate) run: Option<RunId>,
    pub(crate) state: IncidentState,
}

impl<S: Scope> Read<S> {
    /// Everything of a tenant that says who is told.
    pub(crate) async fn rules_of(&mut self, tenant: TenantId, now: i64) -> Result<Rules, StoreError> {
        let documents: Vec<(String, String, String, String)> =
            query!(self, fetch_all LIST_RULES, Text(tenant))?;
        let mut rules = Rules::default();
        for (kind, namespace, name, manifest) in documents {
            if let Err(problem) = rules.add_document(&manifest) {
                tracing::error!(%tenant, kind, namespace, name, problem, "a document in force cannot be read");
            }
        }
        rules.channels = self.channel_refs(tenant).await?;
        rules.snoozes = self.snoozes_of(tenant, now).await?;
        Ok(rules)
    }

    /// What routing asks of the jobs and hosts of incidents.
    pub(crate) async fn facts_of(&mut self, abouts: &[(TenantId, &About)]) -> Result<Facts, StoreError> {
        type Job = (Text<TenantId>, Text<JobId>, String, String, Labels, String);
        let mut jobs = Batch::of(&LIST_JOB_FACTS);
        let mut agents = Batch::of(&LIST_AGENT_LABELS);
        let ids = abouts.iter().filter_map(|(tenant, about)| Some((*tenant, about.job?)));
        for (tenant, job) in ids.collect::<BTreeSet<_>>() {
            jobs.text(tenant).text(job);
        }
        let ids = abouts.iter().filter_map(|(tenant, about)| Some((*tenant, about.agent?)));
        for (tenant, agent) in ids.collect::<BTreeSet<_>>() {
            agents.text(tenant).text(agent);
        }
        let jobs: Vec<Job> = jobs.fetch_all(self).await?;
        let labels: Vec<(Text<TenantId>, Text<AgentId>, Labels)> = agents.fetch_all(self).await?;
        let facts = |(tenant, id, namespace, name, labels, manifest): Job| {
            ((tenant.0, id.0), job_facts((namespace, name, labels, manifest)))
        };
        Ok(Facts {
            jobs: jobs.into_iter().map(facts).collect(),
            labels: labels.into_iter().map(|(tenant, id, labels)| ((tenant.0, id.0), labels.0)).collect(),
        })
    }

    /// What an incident is about.
    pub(crate) async fn concern(&mut self, tenant: TenantId, about: &About) -> Result<Concern, StoreError> {
        if about.is_of_host() {
            return self.concern_of_host(tenant, about).await;
        }
        Ok(self.facts_of(&[(tenant, about)]).await?.concern(tenant, about))
    }

    /// What the incident of a host is about: all of its jobs.
    pub(crate) async fn concern_of_host(
        &mut self,
        tenant: TenantId,
        about: &About,
    ) -> Result<Concern, StoreError> {
        let mut concern = self.facts_of(&[(tenant, about)]).await?.concern(tenant, about);
        let rows: Vec<JobRow> =
            query!(self, fetch_all LIST_HOST_JOB_FACTS, Text(tenant), about.agent.map(Text))?;
        concern.jobs = rows.into_iter().map(job_facts).collect();
        Ok(concern)
    }

    /// The row of an incident.
    pub(crate) async fn find_subject(
        &mut self,
        tenant: TenantId,
        incident: IncidentId,
    ) -> Result<Option<Subject>, StoreError> {
        type Row = (
            Text<IncidentKind>,
            Text<Severity>,
            Option<Text<MonitorId>>,
            Option<Text<AgentId>>,
            Option<Text<JobId>>,
            Option<Text<RunId>>,
            Text<IncidentState>,
        );
        let row: Option<Row> = query!(self, fetch_optional FIND_SUBJECT, Text(tenant), Text(incident))?;
        Ok(row.map(|(kind, severity, monitor, agent, job, run, state)| Subject {
            about: About {
                incident,
                kind: kind.0,
                severity: severity.0,
                monitor: monitor.map(|id| id.0),
                agent: agent.map(|id| id.0),
                job: job.map(|id| id.0),
            },
            run: run.map(|id| id.0),
            state: state.0,
        }))
    }
}

impl Read<TenantScope> {
    /// Everything that says who is told.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn alert_rules(&mut self, now: i64) -> Result<Rules, StoreError> {
        let tenant = self.tenant();
        self.rules_of(tenant, now).await
    }

    /// What an incident of a job would be about; `place` is its monitor and host, if it has them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn concern_of_job(
        &mut self,
        job: JobId,
        place: Option<(MonitorId, Option<AgentId>)>,
        (kind, severity): (IncidentKind, Severity),
    ) -> Result<Concern, StoreError> {
        let tenant = self.tenant();
        let (monitor, agent) = place.unzip();
        let about = About {
            incident: IncidentId::from_bits(0),
            kind,
            severity,
            // A job that no host holds yet is looked at like one that does.
            monitor: Some(monitor.unwrap_or(MonitorId::from_bits(0))),
            agent: agent.flatten(),
            job: Some(job),
        };
        self.concern(tenant, &about).await
    }
}

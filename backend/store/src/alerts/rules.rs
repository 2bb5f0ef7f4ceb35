use std::collections::BTreeMap;

use crontopus_domain::alerts::{Concern, JobFacts, Rules, named_routes};
use crontopus_domain::{IncidentKind, IncidentState, Severity};
use crontopus_ids::{AgentId, IncidentId, JobId, MonitorId, RunId, TenantId};

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::Read;

statements! {
    LIST_RULES = "SELECT kind, namespace, name, manifest FROM documents
        WHERE tenant_id = $1 AND kind IN ('Route', 'Maintenance') ORDER BY repository_id, kind, namespace, name";
    FIND_JOB_FACTS = "SELECT namespace, name, labels, manifest FROM jobs WHERE tenant_id = $1 AND id = $2";
    LIST_HOST_JOB_FACTS = "SELECT j.namespace, j.name, j.labels, j.manifest FROM monitors m
        JOIN jobs j ON j.tenant_id = m.tenant_id AND j.id = m.job_id
        WHERE m.tenant_id = $1 AND m.agent_id = $2 AND NOT m.removed ORDER BY j.namespace, j.name LIMIT 2000";
    FIND_AGENT_LABELS = "SELECT labels FROM agents WHERE tenant_id = $1 AND id = $2";
    FIND_SUBJECT = "SELECT i.kind, i.severity, i.monitor_id, i.agent_id, m.job_id, i.last_run_id, i.state
        FROM incidents i LEFT JOIN monitors m ON m.tenant_id = i.tenant_id AND m.id = i.monitor_id
        WHERE i.tenant_id = $1 AND i.id = $2";
}

type Labels = JsonText<BTreeMap<String, String>>;

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

    /// What an incident is about.
    pub(crate) async fn concern(&mut self, tenant: TenantId, about: &About) -> Result<Concern, StoreError> {
        type Row = (String, String, Labels, String);
        let rows: Vec<Row> = match (about.job, about.monitor, about.agent) {
            (Some(job), Some(_), _) => query!(self, fetch_all FIND_JOB_FACTS, Text(tenant), Text(job))?,
            (_, None, Some(agent)) => query!(self, fetch_all LIST_HOST_JOB_FACTS, Text(tenant), Text(agent))?,
            _ => Vec::new(),
        };
        let facts = |(namespace, name, labels, manifest): Row| JobFacts {
            namespace,
            name,
            labels: labels.0,
            routes: named_routes(&manifest),
        };
        let agent_labels = match about.agent {
            Some(agent) => {
                let row: Option<(Labels,)> =
                    query!(self, fetch_optional FIND_AGENT_LABELS, Text(tenant), Text(agent))?;
                row.map(|(labels,)| labels.0).unwrap_or_default()
            }
            None => BTreeMap::new(),
        };
        Ok(Concern {
            incident: about.incident,
            kind: about.kind,
            severity: about.severity,
            monitor: about.monitor,
            agent: about.agent,
            agent_labels,
            jobs: rows.into_iter().map(facts).collect(),
        })
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

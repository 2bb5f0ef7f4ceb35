//! Routes, policies and maintenances as Git has them, and who would be told.

use crontopus_domain::alerts::{Concern, Overdue, PlanStep, Routed, Rules, Silence, Target};
use crontopus_domain::{IncidentKind, MonitorSpec, Place, Severity};
use crontopus_ids::ChannelId;
use crontopus_manifest::{Body, Document, parse_document};
use crontopus_store::DocumentForm;

use crate::access::Actor;
use crate::{App, Error, Result};

/// A document in force, with what it says.
#[derive(Debug, Clone)]
pub struct RouteView {
    /// The row.
    pub form: DocumentForm,
    /// Name of its repository.
    pub repository: String,
    /// The document.
    pub document: Document,
}

/// Who would be told if something happened to a job now.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What would happen.
    pub kind: IncidentKind,
    /// How bad it would be.
    pub severity: Severity,
    /// Why nobody would be told for now.
    pub silence: Option<Silence>,
    /// Routes that leave it out because it is not severe enough, when all do.
    pub not_severe: Vec<String>,
    /// Who would be told, in order.
    pub steps: Vec<PreviewStep>,
}

/// One telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewStep {
    /// The route; empty for the default route.
    pub route: String,
    /// Milliseconds after the incident opened; for lateness, after the expected start.
    pub after_ms: i64,
    /// Who is told: channels by id and name, and whether the owners are.
    pub channels: Vec<(ChannelId, String)>,
    /// Whether the owners are told, because nobody else can be.
    pub owners: bool,
    /// Names in the route that are no channel, or a disabled one.
    pub missing: Vec<String>,
    /// How often it is told again, milliseconds.
    pub repeat_ms: Option<i64>,
    /// Whether the end is told.
    pub recovered: bool,
}

impl App {
    /// The tenant's documents of one kind: `Route`, `Policy` or `Maintenance`.
    pub async fn list_rule_documents(&self, actor: &Actor, kind: &str) -> Result<Vec<RouteView>> {
        let mut read = self.read(actor.tenant_id).await?;
        let mut found = Vec::new();
        for repository in read.list_repositories(&crontopus_store::Paging::first(200)).await?.rows {
            let forms = read.list_documents(repository.id).await?;
            for form in forms.into_iter().filter(|form| form.kind == kind) {
                let document = parse_document(&form.manifest).map_err(|_| {
                    Error::internal(
                        "reading a document",
                        format!("{} {}/{}", form.kind, form.namespace, form.name),
                    )
                })?;
                found.push(RouteView { form, repository: repository.name.clone(), document });
            }
        }
        Ok(found)
    }

    /// Who would be told when a job has an incident of this kind now, and when.
    pub async fn preview_routes(
        &self,
        actor: &Actor,
        (namespace, name): (&str, &str),
        kind: IncidentKind,
        severity: Option<Severity>,
    ) -> Result<Preview> {
        let now = self.now_ms();
        let mut read = self.read(actor.tenant_id).await?;
        let job = read.list_forms_by_key([(namespace, name)]).await?;
        let job = job.into_iter().find(|form| form.removed_at.is_none());
        let job = job.ok_or_else(|| Error::not_found(format!("job {namespace}/{name}")))?;
        let document = parse_document(&job.manifest)
            .map_err(|_| Error::internal("reading a job", format!("{namespace}/{name}")))?;
        let Body::Job(job_body) = &document.body else {
            return Err(Error::internal("reading a job", format!("{namespace}/{name}")));
        };
        let own = severity_of(job_body.alerts.severity);
        let monitor = read.list_monitors_of_jobs(&[job.id]).await?.into_iter().find(|m| !m.removed);
        let severity = severity.unwrap_or(own);
        let place = monitor.as_ref().map(|m| (m.id, m.agent_id));
        let rules = read.alert_rules(now).await?;
        let concern = read.concern_of_job(job.id, place, (kind, severity)).await?;
        let late = Overdue::of(&MonitorSpec::of(job_body, &Place::Elsewhere), 0).told_at;
        let from = if kind == IncidentKind::Late { late } else { 0 };
        Ok(preview(&rules, &concern, from, now))
    }
}

/// `from` is when a plan begins, milliseconds after what happens.
fn preview(rules: &Rules, concern: &Concern, from: i64, now: i64) -> Preview {
    let silence = rules.silence(concern, now);
    let (plans, not_severe) = match rules.route(concern) {
        Routed::Told(plans) => (plans, Vec::new()),
        Routed::NotSevere(routes) => (Vec::new(), routes),
    };
    let name = |id: ChannelId| {
        let known = rules.channels.iter().find(|channel| channel.id == id);
        (id, known.map_or_else(|| id.to_string(), |channel| channel.name.clone()))
    };
    let mut steps = Vec::new();
    for plan in plans {
        for PlanStep { after_ms, targets, missing } in plan.steps {
            let channels = targets.iter().filter_map(|target| match target {
                Target::Channel(id) => Some(name(*id)),
                Target::Owners(_) => None,
            });
            steps.push(PreviewStep {
                route: plan.route.clone(),
                after_ms: from.saturating_add(after_ms),
                channels: channels.collect(),
                owners: targets.contains(&Target::OWNERS),
                missing,
                repeat_ms: plan.repeat_ms,
                recovered: plan.recovered,
            });
        }
    }
    steps.sort_by(|a, b| (a.after_ms, &a.route).cmp(&(b.after_ms, &b.route)));
    Preview { kind: concern.kind, severity: concern.severity, silence, not_severe, steps }
}

fn severity_of(severity: crontopus_manifest::AlertSeverity) -> Severity {
    match severity {
        crontopus_manifest::AlertSeverity::Info => Severity::Info,
        crontopus_manifest::AlertSeverity::Warning => Severity::Warning,
        crontopus_manifest::AlertSeverity::Critical => Severity::Critical,
    }
}

//! From rows to a message: everything it says is read when it is sent.

use crontopus_domain::alerts::Occasion as Why;
use crontopus_domain::{IncidentKind, IncidentState};
use crontopus_ids::{IncidentId, OutboxId, RunId};
use crontopus_manifest::{Body, parse_document};
use crontopus_notify::{Links, Message, Notice, Occasion, Output, RunFacts, Subject, last_lines};
use crontopus_store::{LateStart, Leased, Read, RunOutput, TenantScope};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex_lite::Regex;

use super::links::LinkAction;
use crate::access::Actor;
use crate::{App, Result};

/// More incidents than this are counted in a message, not told one by one.
const MOST: usize = 300;

/// What a manifest says to whoever is called.
#[derive(Default)]
struct Notes {
    description: Option<String>,
    owner: Option<String>,
    runbook: Option<String>,
    redact: Vec<Regex>,
}

impl App {
    /// The message of what was leased; `None` when what it is about is no more.
    pub(super) async fn compose(&self, leased: &Leased) -> Result<Option<Message>> {
        let mut read = self.read(leased.tenant_id).await?;
        let mut subjects = Vec::new();
        for row in leased.rows.iter().take(MOST) {
            if let Some(incident) = row.incident_id {
                subjects.extend(self.subject(&mut read, incident, row.payload.run).await?);
            } else if let Some(late) = &row.payload.late {
                subjects.extend(self.late_subject(&mut read, late).await?);
            }
        }
        let Some(first) = leased.rows.first() else { return Ok(None) };
        let payload = &first.payload;
        let occasion = match leased.occasion {
            Why::Opened => Occasion::Opened,
            Why::Repeated => Occasion::Repeated,
            Why::Escalated => Occasion::Escalated { step: payload.number as usize },
            Why::Acknowledged => Occasion::Acknowledged,
            Why::Resolved => Occasion::Resolved,
            Why::Flapping => Occasion::Flapping { changes: payload.number as usize },
            Why::Late => Occasion::Late,
            Why::Test => Occasion::Test { by: payload.by.clone().unwrap_or_default() },
            Why::Notice => Occasion::Notice(Notice {
                channel: payload.channel.clone().unwrap_or_default(),
                answer: payload.answer.clone().unwrap_or_default(),
                disabled: payload.disabled,
            }),
        };
        let about_incidents = !matches!(occasion, Occasion::Notice(_) | Occasion::Test { .. });
        if subjects.is_empty() && about_incidents {
            return Ok(None);
        }
        self.message(&mut read, leased.message_id, leased.created_at, (occasion, subjects)).await.map(Some)
    }

    /// What a test says.
    pub(super) async fn test_message(&self, actor: &Actor, id: OutboxId, now: i64) -> Result<Message> {
        let mut read = self.read(actor.tenant_id).await?;
        let occasion = Occasion::Test { by: actor.label.clone() };
        self.message(&mut read, id, now, (occasion, Vec::new())).await
    }

    async fn message(
        &self,
        read: &mut Read<TenantScope>,
        id: OutboxId,
        at: i64,
        (occasion, subjects): (Occasion, Vec<Subject>),
    ) -> Result<Message> {
        let tenant = read.get_tenant().await?;
        let url = &self.settings.public_url;
        let main = match &subjects[..] {
            [one] => one.link.clone(),
            _ if occasion == Occasion::Late => format!("{url}/jobs"),
            _ => format!("{url}/incidents"),
        };
        Ok(Message {
            id: id.to_string(),
            at: moment(at),
            occasion,
            tenant: tenant.name,
            zone: TimeZone::get(&tenant.timezone).unwrap_or(TimeZone::UTC),
            subjects,
            links: Links { main, channels: format!("{url}/alerts") },
        })
    }

    async fn subject(
        &self,
        read: &mut Read<TenantScope>,
        id: IncidentId,
        run: Option<RunId>,
    ) -> Result<Option<Subject>> {
        let (url, now) = (&self.settings.public_url, self.now_ms());
        let slug = read.get_tenant().await?.slug;
        let Some(incident) = read.find_incident(id).await? else { return Ok(None) };
        let monitor = match incident.monitor_id {
            Some(id) => read.find_monitor(id).await?,
            None => None,
        };
        let notes = match &monitor {
            Some(monitor) => read.find_job_notes(monitor.job_id).await?.map(notes).unwrap_or_default(),
            None => Notes::default(),
        };
        let usual_ms = match &monitor {
            Some(monitor) => read.find_usual_duration(monitor.id).await?,
            None => None,
        };
        // A run that was filled by a late report has another id by now.
        let mut facts = None;
        for run in run.into_iter().chain(incident.last_run_id) {
            if facts.is_none() {
                facts = run_facts(read, run, &notes.redact).await?;
            }
        }
        // What recovered is compared with the success before it, not with its own.
        let last_success_at = match (&monitor, incident.resolved_at) {
            (Some(monitor), Some(_)) => read.find_success_before(monitor.id, incident.opened_at).await?,
            (Some(monitor), None) => monitor.state.last_success_at,
            (None, _) => None,
        };
        let job =
            incident.namespace.zip(incident.name).map(|(namespace, name)| format!("{namespace}/{name}"));
        let link = |action| Some(self.link(action, &slug, id, now));
        Ok(Some(Subject {
            incident: Some(id),
            title: incident.title,
            kind: incident.kind,
            state: incident.state,
            severity: incident.severity,
            job,
            description: notes.description,
            host: incident.host,
            opened_at: moment(incident.opened_at),
            bad_runs: incident.bad_runs.try_into().unwrap_or(u32::MAX),
            acknowledged: incident.acknowledged_by.zip(incident.acknowledged_at.map(moment)),
            resolved: incident.resolved_at.map(moment).zip(incident.resolution),
            run_link: facts.as_ref().map(|run| format!("{url}/runs/{}", run.id)),
            run: facts,
            usual_ms,
            last_success_at: last_success_at.map(moment),
            closes_at: None,
            owner: notes.owner,
            runbook: notes.runbook,
            link: format!("{url}/incidents/{id}"),
            acknowledge_link: link(LinkAction::Acknowledge),
            snooze_link: link(LinkAction::Snooze),
        }))
    }

    /// A start that is late, if its monitor still is one.
    async fn late_subject(&self, read: &mut Read<TenantScope>, late: &LateStart) -> Result<Option<Subject>> {
        let Some(monitor) = read.find_monitor(late.monitor).await?.filter(|m| !m.removed) else {
            return Ok(None);
        };
        let notes = read.find_job_notes(monitor.job_id).await?.map(notes).unwrap_or_default();
        let (job, kind) = (monitor.job(), IncidentKind::Late);
        Ok(Some(Subject {
            incident: None,
            title: kind.title(&job, monitor.host.as_deref()),
            kind,
            state: IncidentState::Open,
            severity: late.severity,
            link: format!("{}/jobs/{job}", self.settings.public_url),
            job: Some(job),
            description: notes.description,
            host: monitor.host,
            opened_at: moment(late.expected_at),
            bad_runs: 0,
            acknowledged: None,
            resolved: None,
            run_link: None,
            run: None,
            usual_ms: read.find_usual_duration(late.monitor).await?,
            last_success_at: monitor.state.last_success_at.map(moment),
            closes_at: Some(moment(late.closes_at)),
            owner: notes.owner,
            runbook: notes.runbook,
            acknowledge_link: None,
            snooze_link: None,
        }))
    }
}

fn notes((description, manifest): (Option<String>, String)) -> Notes {
    let Ok(document) = parse_document(&manifest) else { return Notes { description, ..Notes::default() } };
    let Body::Job(job) = document.body else { return Notes { description, ..Notes::default() } };
    let note = |name: &str| job.metadata.annotations.get(name).cloned();
    // The wrapper hides them on the host; what came by a plain check-in is hidden here.
    let redact = job.output.redact.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
    Notes { description, owner: note("owner"), runbook: note("runbook"), redact }
}

async fn run_facts(read: &mut Read<TenantScope>, id: RunId, redact: &[Regex]) -> Result<Option<RunFacts>> {
    let Some(row) = read.find_run(id).await? else { return Ok(None) };
    let output = read.find_run_output(id).await?.and_then(|output| shown(&output, redact));
    let run = row.run;
    Ok(Some(RunFacts {
        id,
        expected_at: run.expected_at.map(moment),
        started_at: run.started_at.map(moment),
        duration_ms: run.duration_ms,
        exit_status: run.exit_status,
        signal: run.signal,
        reason: run.reason,
        output,
    }))
}

/// The end of an output; what is hidden is hidden across the place where something was dropped, too.
fn shown(output: &RunOutput, redact: &[Regex]) -> Option<Output> {
    let hide = |text: &str| {
        redact
            .iter()
            .fold(text.to_owned(), |text, pattern| pattern.replace_all(&text, "[redacted]").into_owned())
    };
    let end = if output.tail.is_empty() { &output.head } else { &output.tail };
    last_lines(end, output.dropped_bytes > 0 || !output.tail.is_empty(), hide)
}

/// UTC milliseconds as an instant; what cannot be one is the epoch.
fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

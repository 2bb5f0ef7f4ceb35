use clap::{Args, Subcommand, ValueEnum};
use crontopus_api::{CreateIncidentNote, Incident, IncidentState, SnoozeIncident};
use crontopus_client::resources::IncidentFilter;
use crontopus_ids::IncidentId;

use super::deliveries;
use super::snooze::Time;
use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::output::{Facts, Table, plain, word};

/// What is wrong, and who takes care of it.
#[derive(Debug, Subcommand)]
pub(crate) enum Incidents {
    /// List incidents, newest first
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one with its timeline
    Show {
        /// Id, `inc_…`
        id: IncidentId,
    },
    /// Say that you take care of it
    #[command(visible_alias = "acknowledge")]
    Ack {
        /// Ids, `inc_…`
        #[arg(required = true)]
        ids: Vec<IncidentId>,
    },
    /// Tell nobody about it for a time: it is neither repeated nor escalated
    Snooze {
        /// Id, `inc_…`
        id: IncidentId,
        #[command(flatten)]
        time: Time,
    },
    /// Write something into its timeline, for whoever looks at it next
    Note {
        /// Id, `inc_…`
        id: IncidentId,
        /// What there is to say, at most 2,000 characters
        text: String,
    },
    /// Say that it is over
    Resolve {
        /// Ids, `inc_…`
        #[arg(required = true)]
        ids: Vec<IncidentId>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// In which state; those that are not over when absent
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Of one job only
    #[arg(long)]
    job: Option<JobName>,
    /// At most so many
    #[arg(short = 'n', long, default_value_t = 50)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Open,
    Acknowledged,
    Resolved,
    All,
}

pub(crate) fn run(command: Incidents, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Incidents::List(args) => {
            let state = match args.state {
                Some(State::Open) => Some(IncidentState::Open),
                Some(State::Acknowledged) => Some(IncidentState::Acknowledged),
                Some(State::Resolved) => Some(IncidentState::Resolved),
                Some(State::All) | None => None,
            };
            let unfinished_only = args.state.is_none();
            let filter = IncidentFilter { state, job: args.job.map(|j| j.to_string()) };
            let found = client.incidents().list(&filter).filter(|incident| {
                !unfinished_only || !matches!(incident, Ok(i) if i.state == IncidentState::Resolved)
            });
            let incidents = found.take(args.limit).collect::<Result<Vec<_>, _>>()?;
            app.screen.list(&incidents, "Nothing is wrong.", |incidents| table(incidents, app))
        }
        Incidents::Show { id } => {
            let incident = client.incidents().get(id)?;
            app.screen.show(&incident, || one(&incident, app))
        }
        Incidents::Ack { ids } => {
            let done = ids
                .into_iter()
                .map(|id| client.incidents().acknowledge(id))
                .collect::<Result<Vec<_>, _>>()?;
            app.screen.done(&done, &sentences("Acknowledged", &done))
        }
        Incidents::Snooze { id, time } => {
            let request = SnoozeIncident { minutes: Some(time.minutes), reason: time.reason, until: None };
            let done = client.incidents().snooze(id, &request)?;
            app.screen.done(&done, &sentences("Snoozed", std::slice::from_ref(&done)))
        }
        Incidents::Note { id, text } => {
            let done = client.incidents().note(id, &CreateIncidentNote { text })?;
            app.screen.done(&done, &sentences("Noted at", std::slice::from_ref(&done)))
        }
        Incidents::Resolve { ids } => {
            let done =
                ids.into_iter().map(|id| client.incidents().resolve(id)).collect::<Result<Vec<_>, _>>()?;
            app.screen.done(&done, &sentences("Resolved", &done))
        }
    }
}

fn sentences(done: &str, incidents: &[Incident]) -> String {
    let sentence = |incident: &Incident| format!("{done} {}: {}", incident.id, plain(&incident.title));
    incidents.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

fn table(incidents: &[Incident], app: &App) -> String {
    let mut table =
        Table::new(&app.screen, ["ID", "STATE", "SEVERITY", "KIND", "TITLE", "BAD RUNS", "OPENED"]);
    for incident in incidents {
        table.row([
            incident.id.to_string(),
            app.screen.paint.status(&word(incident.state)),
            app.screen.paint.status(&plain(&incident.severity)),
            word(incident.kind),
            plain(&incident.title),
            incident.bad_runs.to_string(),
            app.screen.moments.write(incident.opened_at),
        ]);
    }
    table.text()
}

fn one(incident: &Incident, app: &App) -> String {
    let (moments, paint) = (&app.screen.moments, app.screen.paint);
    let mut facts = Facts::default();
    facts.add("Incident", incident.id.to_string()).add("Title", plain(&incident.title));
    facts.add("State", paint.status(&word(incident.state)));
    facts.add("Kind", word(incident.kind)).add("Severity", paint.status(&plain(&incident.severity)));
    if let (Some(namespace), Some(name)) = (&incident.namespace, &incident.name) {
        facts.add("Job", plain(&format!("{namespace}/{name}")));
    }
    facts.add_some("Host", incident.host.as_deref().map(plain));
    facts.add("Bad runs", incident.bad_runs.to_string());
    facts.add_some("First run", incident.first_run_id.map(|id| id.to_string()));
    facts.add_some("Last run", incident.last_run_id.map(|id| id.to_string()));
    facts.add("Opened", moments.write(incident.opened_at));
    if let Some(at) = incident.acknowledged_at {
        let by =
            incident.acknowledged_by.as_deref().map_or_else(String::new, |by| format!(" by {}", plain(by)));
        facts.add("Acknowledged", format!("{}{by}", moments.write(at)));
    }
    facts.add_some("Resolved", incident.resolved_at.map(|at| moments.write(at)));
    let mut text = facts.text(&app.screen);
    if !incident.events.is_empty() {
        let mut table = Table::new(&app.screen, ["WHEN", "WHAT", "BY", "RUN", "NOTE"]);
        let or_dash = |t: Option<String>| t.unwrap_or_else(|| "-".into());
        for event in &incident.events {
            table.row([
                moments.write(event.at),
                plain(&event.kind),
                or_dash(event.by.as_deref().map(plain)),
                or_dash(event.run_id.map(|id| id.to_string())),
                or_dash(event.note.as_deref().map(plain)),
            ]);
        }
        text.push('\n');
        text += &table.text();
    }
    if !incident.deliveries.is_empty() {
        text.push('\n');
        text += &deliveries::table(&incident.deliveries, app);
    }
    text
}

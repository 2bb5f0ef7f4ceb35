use clap::{Args, Subcommand, ValueEnum};
use crontopus_api::{Monitor, MonitorStatus, Statistics};
use crontopus_client::Client;
use crontopus_client::resources::MonitorFilter;
use crontopus_ids::MonitorId;
use serde::Serialize;

use crate::app::App;
use crate::commands::figures;
use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;
use crate::output::{Facts, Table, plain, word};

/// What is expected of each job in each place.
#[derive(Debug, Subcommand)]
pub(crate) enum Monitors {
    /// List monitors
    #[command(visible_alias = "ls")]
    List(List),
    /// Show what is expected next, and how it went lately
    Show(Which),
    /// Expect nothing until it is resumed
    Pause(Which),
    /// Expect again
    Resume(Which),
    /// Make a new check-in key; the old one ends at once
    Key(Which),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Of one job only
    job: Option<JobName>,
    /// On one host only, by name or id
    #[arg(long)]
    agent: Option<String>,
    /// In one status only
    #[arg(long, value_enum)]
    status: Option<Status>,
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// A monitor's id (`mon_…`), a job, or a job in one place (`namespace/name@host`)
    #[arg(value_name = "MONITOR")]
    which: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    Pending,
    Ok,
    Late,
    Failing,
    Paused,
    Unknown,
}

impl From<Status> for MonitorStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::Ok => Self::Ok,
            Status::Late => Self::Late,
            Status::Failing => Self::Failing,
            Status::Paused => Self::Paused,
            Status::Unknown => Self::Unknown,
        }
    }
}

pub(crate) fn run(command: Monitors, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Monitors::List(List { job, agent, status }) => {
            let filter =
                MonitorFilter { job: job.map(|j| j.to_string()), agent, status: status.map(Into::into) };
            let monitors = client.monitors().list(&filter).collect::<Result<Vec<_>, _>>()?;
            app.screen.list(&monitors, "There are no such monitors.", |monitors| table(monitors, app))
        }
        Monitors::Show(which) => {
            let shown = |monitor: Monitor| -> Outcome<Shown> {
                let statistics = client.statistics().of_monitor(monitor.id, None)?;
                Ok(Shown { monitor, statistics })
            };
            let found = resolve(&client, &which.which)?;
            let found = found.into_iter().map(shown).collect::<Outcome<Vec<_>>>()?;
            match &found[..] {
                [monitor] => app.screen.show(monitor, || one(monitor, app)),
                several => app.screen.show(several, || {
                    let texts: Vec<_> = several.iter().map(|m| one(m, app)).collect();
                    texts.join("\n")
                }),
            }
        }
        Monitors::Pause(which) => {
            let found = resolve(&client, &which.which)?;
            let done = found.iter().map(|m| client.monitors().pause(m.id)).collect::<Result<Vec<_>, _>>()?;
            let sentences: Vec<_> = done.iter().map(|m| format!("Paused {}.", name(m))).collect();
            app.screen.done(&done, &sentences.join("\n"))
        }
        Monitors::Resume(which) => {
            let found = resolve(&client, &which.which)?;
            let done = found.iter().map(|m| client.monitors().resume(m.id)).collect::<Result<Vec<_>, _>>()?;
            let sentences: Vec<_> = done.iter().map(|m| format!("Resumed {}.", name(m))).collect();
            app.screen.done(&done, &sentences.join("\n"))
        }
        Monitors::Key(which) => {
            let found = resolve(&client, &which.which)?;
            let [monitor] = &found[..] else {
                return Err(Failure::of(
                    Kind::Usage,
                    format!("{} has {} monitors", which.which, found.len()),
                )
                .hint("name one place: namespace/name@host"));
            };
            let key = client.monitors().create_key(monitor.id)?;
            app.screen.show(&key, || {
                app.screen
                    .note("This is shown once. Whoever has it can report runs of this job, nothing else.");
                let others =
                    key.others.iter().map(|o| format!("{}  ({})\n", plain(&o.url), plain(&o.dialect)));
                std::iter::once(format!("{}\n", plain(&key.url))).chain(others).collect()
            })
        }
    }
}

/// The monitors of what was typed; at least one.
fn resolve(client: &Client, which: &str) -> Outcome<Vec<Monitor>> {
    if let Ok(id) = which.parse::<MonitorId>() {
        return Ok(vec![client.monitors().get(id)?]);
    }
    let (job, host) = match which.split_once('@') {
        Some((job, host)) => (job, Some(host)),
        None => (which, None),
    };
    let job: JobName =
        job.parse().map_err(|e| Failure::of(Kind::Usage, format!("`{which}` is no monitor: {e}")))?;
    let filter = MonitorFilter { job: Some(job.to_string()), ..MonitorFilter::default() };
    let mut found = client.monitors().list(&filter).collect::<Result<Vec<_>, _>>()?;
    found.retain(|m| host.is_none_or(|h| m.host.as_deref() == Some(h)));
    if found.is_empty() {
        return Err(Failure::of(Kind::NotFound, format!("there is no monitor `{which}`"))
            .hint("list them: crontopus monitors list"));
    }
    Ok(found)
}

fn name(monitor: &Monitor) -> String {
    let host = monitor.host.as_deref().map_or_else(String::new, |host| format!("@{host}"));
    plain(&format!("{}/{}{host}", monitor.namespace, monitor.name))
}

fn table(monitors: &[Monitor], app: &App) -> String {
    let mut table =
        Table::new(&app.screen, ["MONITOR", "STATUS", "EXPECTED", "LAST RUN", "LAST SUCCESS", "ID"]);
    let moments = &app.screen.moments;
    for monitor in monitors {
        table.row([
            name(monitor),
            app.screen.paint.status(&word(monitor.status)),
            moments.maybe(monitor.expected_at),
            moments.maybe(monitor.last_run_at),
            moments.maybe(monitor.last_success_at),
            monitor.id.to_string(),
        ]);
    }
    table.text()
}

/// A monitor and how it did over the last 30 days.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    monitor: Monitor,
    statistics: Statistics,
}

fn one(shown: &Shown, app: &App) -> String {
    let Shown { monitor, statistics } = shown;
    let moments = &app.screen.moments;
    let mut facts = Facts::default();
    facts.add("Monitor", monitor.id.to_string());
    facts.add("Job", plain(&format!("{}/{}", monitor.namespace, monitor.name)));
    facts.add("Host", monitor.host.as_deref().map_or_else(|| "none (ping mode)".into(), plain));
    let by = if monitor.paused_by_operator { " (by an operator)" } else { "" };
    facts.add("Status", format!("{}{by}", app.screen.paint.status(&word(monitor.status))));
    facts.add("Rules of", plain(&monitor.profile)).add("Time zone", plain(&monitor.timezone));
    facts.add("Expected", moments.maybe(monitor.expected_at));
    facts.add("Overdue", moments.maybe(monitor.deadline_at));
    facts.add("Runs going on", monitor.open_runs.to_string());
    facts.add("Bad in a row", monitor.consecutive_bad.to_string());
    facts.add("Last run", moments.maybe(monitor.last_run_at));
    facts.add("Last success", moments.maybe(monitor.last_success_at));
    for said in monitor.proposal.iter().flat_map(|proposal| &proposal.differences) {
        let declared = said.declared.as_deref().map_or_else(|| "nothing".into(), plain);
        let text =
            format!("{}: its client says {}, Git {declared}", plain(&said.field), plain(&said.proposed));
        facts.add("Differs", text);
    }
    let mut month = Facts::default();
    figures::add(&mut month, statistics);
    format!("{}\nThe last 30 days:\n{}", facts.text(&app.screen), month.text(&app.screen))
}

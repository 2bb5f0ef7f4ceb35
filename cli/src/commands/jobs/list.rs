use std::path::PathBuf;

use clap::{Args, ValueEnum};
use crontopus_api::{JobStatus, JobSummary};
use crontopus_client::resources::JobFilter;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::{Table, plain, word};
use crate::{labels, local};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus jobs list --label team=platform --status failing
  crontopus jobs list --sort next -n 10
  crontopus jobs list --dir .          # what a clone defines; needs no server")]
pub(crate) struct List {
    /// In one namespace only
    #[arg(short = 'N', long)]
    namespace: Option<String>,
    /// With this label; several times for several
    #[arg(short, long = "label", value_name = "KEY=VALUE", value_parser = labels::parse)]
    labels: Vec<(String, String)>,
    /// In one status only
    #[arg(long, value_enum)]
    status: Option<Status>,
    /// Whose name or description contains this
    #[arg(short, long, value_name = "TEXT")]
    query: Option<String>,
    /// In which order; by name when absent
    #[arg(long, value_enum)]
    sort: Option<Sort>,
    /// At most so many
    #[arg(short = 'n', long)]
    limit: Option<usize>,
    /// Read a clone in this folder instead of asking the server
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    Unplaced,
    Disabled,
    Invalid,
    Pending,
    Ok,
    Late,
    Failing,
    Paused,
    Unknown,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    /// By namespace and name
    Name,
    /// Failing first
    Status,
    /// The soonest start first
    Next,
    /// The latest run first
    Last,
}

impl Sort {
    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Status => "status",
            Self::Next => "next",
            Self::Last => "last",
        }
    }
}

impl From<Status> for JobStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Unplaced => Self::Unplaced,
            Status::Disabled => Self::Disabled,
            Status::Invalid => Self::Invalid,
            Status::Pending => Self::Pending,
            Status::Ok => Self::Ok,
            Status::Late => Self::Late,
            Status::Failing => Self::Failing,
            Status::Paused => Self::Paused,
            Status::Unknown => Self::Unknown,
        }
    }
}

pub(crate) fn run(args: &List, app: &App) -> Outcome {
    let most = args.limit.unwrap_or(usize::MAX);
    if let Some(dir) = &args.dir {
        if args.status.is_some() || args.sort.is_some_and(|sort| sort.word() != "name") {
            return Err(Failure::of(Kind::Usage, "a clone does not know how jobs are")
                .hint("leave out --dir to ask the server"));
        }
        return list_local(args, dir, most, app);
    }
    let filter = JobFilter {
        namespace: args.namespace.clone(),
        labels: args.labels.clone(),
        status: args.status.map(Into::into),
        q: args.query.clone(),
        sort: args.sort.map(Sort::word),
    };
    let jobs = app.client()?.jobs().list(&filter).first(most)?;
    app.screen.list(&jobs, "There are no such jobs. They come from Git: crontopus repo list", |jobs| {
        table(jobs, app)
    })
}

fn table(jobs: &[JobSummary], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["JOB", "STATUS", "SCHEDULE", "NEXT", "LAST", "PLACES"]);
    let moments = &app.screen.moments;
    for job in jobs {
        table.row([
            plain(&format!("{}/{}", job.namespace, job.name)),
            app.screen.paint.status(&word(job.status)),
            schedule(&job.schedule, job.timezone.as_deref()),
            moments.maybe(job.next_run_at),
            moments.maybe(job.last_run_at),
            if job.ping { "ping".into() } else { job.monitors.to_string() },
        ]);
    }
    table.text()
}

fn schedule(schedule: &str, timezone: Option<&str>) -> String {
    plain(&match timezone {
        Some(zone) => format!("{schedule} ({zone})"),
        None => schedule.to_owned(),
    })
}

/// A script by its first line.
fn first_line(command: &str) -> String {
    let mut lines = command.trim().lines();
    let first = plain(lines.next().unwrap_or_default());
    if lines.next().is_some() { first + " …" } else { first }
}

/// As the server searches: in the whole name and the description, whatever the case.
fn mentions(job: &local::LocalJob, text: &str) -> bool {
    let description = job.description.as_deref().unwrap_or_default();
    format!("{}/{} {description}", job.namespace, job.name).to_lowercase().contains(&text.to_lowercase())
}

fn list_local(args: &List, dir: &std::path::Path, most: usize, app: &App) -> Outcome {
    let clone = local::Clone::read(dir)?;
    clone.warn_of_errors(app);
    let wanted = |job: &&local::LocalJob| {
        args.namespace.as_ref().is_none_or(|n| job.namespace == *n)
            && args.labels.iter().all(|(key, value)| job.labels.get(key) == Some(value))
            && args.query.as_ref().is_none_or(|text| mentions(job, text))
    };
    let jobs = clone.jobs();
    let jobs: Vec<_> = jobs.iter().filter(wanted).take(most).collect();
    app.screen.list(&jobs, "There are no such jobs in this folder.", |jobs| {
        let mut table = Table::new(&app.screen, ["JOB", "SCHEDULE", "HOST", "COMMAND", "FILE"]);
        for job in jobs {
            table.row([
                format!("{}/{}", job.namespace, job.name),
                schedule(&job.schedule, job.timezone.as_deref()),
                plain(&job.host),
                job.command.as_deref().map_or_else(|| "- (ping)".into(), first_line),
                plain(&format!("{}:{}", job.file, job.line)),
            ]);
        }
        table.text()
    })
}

use std::time::Duration;

use clap::{Args, ValueEnum};
use crontopus_api::{Run, RunStatus};
use crontopus_client::resources::RunFilter;
use crontopus_manifest::parse_duration;
use jiff::{SignedDuration, Timestamp};

use super::{ending, job};
use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;
use crate::output::{Table, duration_ms, plain, word};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus runs list production/backup
  crontopus runs list --status failed --since 1d")]
pub(crate) struct List {
    /// Of one job only
    job: Option<JobName>,
    /// On one host only, by name or id
    #[arg(long)]
    agent: Option<String>,
    /// In one status only
    #[arg(long, value_enum)]
    status: Option<Status>,
    /// Of the last 30m, 12h, 7d …
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "after")]
    since: Option<Duration>,
    /// Not before this instant
    #[arg(long, value_name = "TIME")]
    after: Option<Timestamp>,
    /// Before this instant
    #[arg(long, value_name = "TIME")]
    before: Option<Timestamp>,
    /// At most so many
    #[arg(short = 'n', long, default_value_t = 30)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    Running,
    Succeeded,
    Failed,
    #[value(name = "timed_out", alias = "timed-out")]
    TimedOut,
    Missed,
    Skipped,
    Unknown,
}

impl From<Status> for RunStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Running => Self::Running,
            Status::Succeeded => Self::Succeeded,
            Status::Failed => Self::Failed,
            Status::TimedOut => Self::TimedOut,
            Status::Missed => Self::Missed,
            Status::Skipped => Self::Skipped,
            Status::Unknown => Self::Unknown,
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|e| e.to_string())
}

pub(crate) fn run(args: &List, app: &App) -> Outcome {
    let after = match args.since {
        Some(since) => {
            let since = SignedDuration::try_from(since)
                .map_err(|e| Failure::of(Kind::Usage, "that is too long ago").because(&e))?;
            Some(app.now().saturating_sub(since).unwrap_or(Timestamp::MIN))
        }
        None => args.after,
    };
    let filter = RunFilter {
        job: args.job.as_ref().map(ToString::to_string),
        agent: args.agent.clone(),
        status: args.status.map(Into::into),
        after,
        before: args.before,
    };
    let runs = app.client()?.runs().list(&filter).first(args.limit)?;
    app.screen.list(&runs, "There are no such runs.", |runs| table(runs, app))
}

fn table(runs: &[Run], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["JOB", "STATUS", "STARTED", "TOOK", "ENDED BY", "HOST", "ID"]);
    for run in runs {
        table.row([
            job(run),
            app.screen.paint.status(&word(run.status)),
            // Of a run whose start nobody reported, its end is nearest.
            app.screen.moments.maybe(run.started_at.or(run.finished_at).or(run.expected_at)),
            run.duration_ms.map_or_else(|| "-".into(), duration_ms),
            ending(run),
            run.host.as_deref().map_or_else(|| "-".into(), plain),
            run.id.to_string(),
        ]);
    }
    table.text()
}

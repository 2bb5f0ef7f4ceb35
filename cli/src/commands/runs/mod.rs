mod list;
mod output;
mod show;
mod watch;

use clap::Subcommand;
use crontopus_api::{Run, RunStatus};
use crontopus_client::Client;
use crontopus_client::resources::RunFilter;
use crontopus_ids::RunId;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;
use crate::output::plain;

/// Executions, expected or seen.
#[derive(Debug, Subcommand)]
pub(crate) enum Runs {
    /// List runs, newest first
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Show one: when, how long, how it ended
    Show(show::Show),
    /// Write what was kept of its output
    Output(output::Output),
    /// Follow runs as they start and end
    Watch(watch::Watch),
}

pub(crate) fn run(command: Runs, app: &App) -> Outcome {
    match command {
        Runs::List(args) => list::run(&args, app),
        Runs::Show(args) => show::run(&args, app),
        Runs::Output(args) => output::run(&args, app),
        Runs::Watch(args) => watch::run(&args, app),
    }
}

/// The run that was typed: an id, or a job, which stands for its newest run.
fn resolve(client: &Client, which: &str) -> Outcome<Run> {
    if let Ok(id) = which.parse::<RunId>() {
        return Ok(client.runs().get(id)?);
    }
    let job: JobName = which
        .parse()
        .map_err(|e| Failure::of(Kind::Usage, format!("`{which}` is neither a run nor a job: {e}")))?;
    let filter = RunFilter { job: Some(job.to_string()), ..RunFilter::default() };
    client.runs().list(&filter).first(1)?.pop().ok_or_else(|| {
        Failure::of(Kind::NotFound, format!("{job} has no runs"))
            .hint(format!("see when it is expected: crontopus jobs next {job}"))
    })
}

/// Whether nothing more is to come of it.
fn is_over(run: &Run) -> bool {
    run.status != RunStatus::Running
}

fn job(run: &Run) -> String {
    plain(&format!("{}/{}", run.namespace, run.name))
}

/// `exit 1`, `signal 9`, or why it is judged so.
fn ending(run: &Run) -> String {
    let how = match (run.exit_status, run.signal) {
        (_, Some(signal)) => Some(format!("signal {signal}")),
        (Some(status), None) => Some(format!("exit {status}")),
        (None, None) => None,
    };
    let parts: Vec<_> = how.into_iter().chain(run.reason.as_deref().map(plain)).collect();
    if parts.is_empty() { "-".into() } else { parts.join(", ") }
}

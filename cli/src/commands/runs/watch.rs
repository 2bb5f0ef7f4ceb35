use std::time::Duration;

use clap::Args;
use crontopus_api::{EventKind, Run, RunStatus};
use crontopus_client::resources::{EventFilter, EventStream};
use crontopus_client::{Client, ClientError};
use crontopus_ids::RunId;

use super::{ending, is_over, job, show};
use crate::app::App;
use crate::args::Format;
use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;
use crate::output::{duration_ms, plain, word};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus runs watch                        # every run, until Ctrl-C
  crontopus runs watch production/backup
  crontopus runs watch run_…                  # until it ends; exit status 1 unless it succeeded")]
pub(crate) struct Watch {
    /// A job, or a run's id to wait for its end; every run when absent
    which: Option<String>,
    /// On one host only, by name
    #[arg(long, value_name = "HOST")]
    agent: Option<String>,
}

/// What is shown.
enum Wanted {
    All,
    Job(JobName),
    Run(RunId),
}

/// Pause before a broken stream is opened again.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &Watch, app: &App) -> Outcome {
    let wanted = match &args.which {
        None => Wanted::All,
        Some(text) => match text.parse::<RunId>() {
            Ok(id) => Wanted::Run(id),
            Err(_) => Wanted::Job(text.parse().map_err(|e| {
                Failure::of(Kind::Usage, format!("`{text}` is neither a run nor a job: {e}"))
            })?),
        },
    };
    let client = app.client()?;
    let mut last_seq = None;
    let mut shown = None;
    loop {
        // The stream is opened before the run is read, so that no change falls between the two.
        let stream = open(&client, last_seq)?;
        if let Wanted::Run(id) = wanted {
            let run = client.runs().get(id)?;
            if is_over(&run) {
                return conclude(&run, app);
            }
        }
        last_seq = follow(stream, &client, &wanted, args, app, &mut shown)?.or(last_seq);
        if let Some(run) = shown.take_if(|run: &mut Run| matches!(wanted, Wanted::Run(_)) && is_over(run)) {
            return conclude(&run, app);
        }
        std::thread::sleep(PAUSE);
    }
}

fn open(client: &Client, after: Option<i64>) -> Outcome<EventStream> {
    let filter = EventFilter { kind: Some(EventKind::RunChanged), after };
    loop {
        match client.events().open(&filter) {
            Ok(stream) => return Ok(stream),
            // A server that restarts is waited for, but only once it was there.
            Err(error) if after.is_some() && error.is_temporary() => std::thread::sleep(PAUSE),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Shows what comes until the stream ends; where to resume.
fn follow(
    mut stream: EventStream,
    client: &Client,
    wanted: &Wanted,
    args: &Watch,
    app: &App,
    shown: &mut Option<Run>,
) -> Outcome<Option<i64>> {
    for event in stream.by_ref() {
        let event = match event {
            Ok(event) => event,
            Err(ClientError::Transport { .. }) => break,
            Err(error) => return Err(error.into()),
        };
        let id = match (event.kind, wanted) {
            // Events were lost, maybe that of the end which is waited for.
            (EventKind::Reset, Wanted::Run(id)) => *id,
            (EventKind::Reset, _) => {
                app.screen.note("Some changes were missed; see: crontopus runs list");
                continue;
            }
            (_, Wanted::Job(job)) if event.job.as_deref() != Some(job.key().as_str()) => continue,
            (_, Wanted::Run(id)) if event.id != id.to_string() => continue,
            _ => match event.id.parse::<RunId>() {
                Ok(id) => id,
                Err(_) => continue,
            },
        };
        let run = match client.runs().get(id) {
            Ok(run) => run,
            // It was removed with its history meanwhile.
            Err(error) if error.code() == Some(crontopus_api::Code::NotFound) => continue,
            Err(error) => return Err(error.into()),
        };
        if args.agent.as_ref().is_some_and(|host| run.host.as_ref() != Some(host)) {
            continue;
        }
        if matches!(wanted, Wanted::Run(_)) && is_over(&run) {
            *shown = Some(run);
            break;
        }
        line(&run, app)?;
        *shown = Some(run);
    }
    Ok(stream.last_seq())
}

fn line(run: &Run, app: &App) -> Outcome {
    if app.screen.format != Format::Table {
        return app.screen.json_line(run);
    }
    let at = app.now().strftime("%H:%M:%SZ").to_string();
    let host = run.host.as_deref().map_or_else(String::new, |host| format!(" on {}", plain(host)));
    let mut text = format!("{at}  {}  {}{host}", app.screen.paint.status(&word(run.status)), job(run));
    if is_over(run) {
        text += &format!("  {}", ending(run));
        if let Some(ms) = run.duration_ms {
            text += &format!(" after {}", duration_ms(ms));
        }
    }
    app.screen.write(format!("{text}  {}\n", run.id))
}

/// The end of the run that was waited for.
fn conclude(run: &Run, app: &App) -> Outcome {
    app.screen.show(run, || show::text(run, app))?;
    match run.status {
        RunStatus::Succeeded => Ok(()),
        _ => Err(Failure::silent(Kind::Failed)),
    }
}

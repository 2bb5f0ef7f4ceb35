use clap::Args;
use crontopus_api::Run;

use super::{ending, job, resolve};
use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Facts, Table, duration_ms, plain, word};

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A run's id (`run_…`), or a job for its newest run
    run: String,
}

pub(crate) fn run(args: &Show, app: &App) -> Outcome {
    let run = resolve(&app.client()?, &args.run)?;
    app.screen.show(&run, || text(&run, app))
}

pub(super) fn text(run: &Run, app: &App) -> String {
    let moments = &app.screen.moments;
    let mut facts = Facts::default();
    facts.add("Run", run.id.to_string()).add("Job", job(run));
    facts.add_some("Host", run.host.as_deref().map(plain));
    facts.add("Status", app.screen.paint.status(&word(run.status))).add("Ended by", ending(run));
    facts.add_some("Expected", run.expected_at.map(|at| moments.write(at)));
    facts.add("Started", moments.maybe(run.started_at)).add("Finished", moments.maybe(run.finished_at));
    facts.add_some("Took", run.duration_ms.map(duration_ms));
    if let (Some(user), Some(system)) = (run.user_ms, run.system_ms) {
        facts.add("CPU", format!("{} user, {} system", duration_ms(user), duration_ms(system)));
    }
    facts.add_some("Environment", run.environment.as_deref().map(plain));
    for (name, value) in &run.metrics {
        facts.add("Metric", format!("{} = {value}", plain(name)));
    }
    facts.add_some("Memory", run.max_rss_kib.map(|kib| format!("{} MiB at most", kib / 1024)));
    facts.add_some("Run id given", run.external_id.as_deref().map(plain));
    let output = run.output_bytes.map(|n| format!("{n} bytes; see: crontopus runs output {}", run.id));
    facts.add_some("Output", output);
    let mut text = facts.text(&app.screen);
    if !run.attempts.is_empty() {
        let mut table = Table::new(&app.screen, ["ATTEMPT", "STARTED", "TOOK", "ENDED BY"]);
        for (n, attempt) in run.attempts.iter().enumerate() {
            let ended = match (attempt.exit_status, attempt.signal) {
                (_, Some(signal)) => format!("signal {signal}"),
                (Some(status), None) => format!("exit {status}"),
                (None, None) => "-".into(),
            };
            let took = duration_ms(i64::try_from(attempt.duration_ms).unwrap_or(i64::MAX));
            table.row([(n + 1).to_string(), moments.write(attempt.started_at), took, ended]);
        }
        text += &format!("\n{}", table.text());
    }
    text
}

use clap::Args;
use crontopus_api::AgendaMoment;
use crontopus_client::resources::AgendaQuery;
use jiff::Timestamp;

use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, plain};

/// What is expected to start when, of all jobs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus agenda                       # the next day
  crontopus agenda -N billing --until 2026-12-01T00:00:00Z --local")]
pub(crate) struct Agenda {
    /// In one namespace only
    #[arg(short = 'N', long)]
    namespace: Option<String>,
    /// From this instant, like 2026-12-01T00:00:00Z; now when absent
    #[arg(long)]
    after: Option<Timestamp>,
    /// Until this instant; a day later when absent
    #[arg(long)]
    until: Option<Timestamp>,
    /// At most so many moments
    #[arg(short = 'n', long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    count: u32,
}

pub(crate) fn run(args: &Agenda, app: &App) -> Outcome {
    let query = AgendaQuery {
        from: args.after,
        to: args.until,
        namespace: args.namespace.clone(),
        limit: Some(args.count),
    };
    let found = app.client()?.statistics().agenda(&query)?;
    if found.items.is_empty() {
        return app.screen.show(&found, || "Nothing is expected to start.\n".to_owned());
    }
    app.screen.show(&found, || {
        let mut table = Table::new(&app.screen, ["START", "JOBS", "JOB"]);
        for moment in &found.items {
            table.row([app.screen.moments.write(moment.at), moment.total.to_string(), names(moment)]);
        }
        let told: u64 = found.items.iter().map(|moment| moment.total).sum();
        if told < found.total {
            app.screen.note(&format!("{} further starts are not shown.", found.total - told));
        }
        table.text()
    })
}

/// The first jobs of a moment, and how many more there are.
fn names(moment: &AgendaMoment) -> String {
    const SHOWN: usize = 4;
    let one = |job: &crontopus_api::AgendaJob| {
        let host = job.host.as_deref().map_or_else(String::new, |host| format!("@{host}"));
        plain(&format!("{}/{}{host}", job.namespace, job.name))
    };
    let mut names: Vec<String> = moment.jobs.iter().take(SHOWN).map(one).collect();
    let more = moment.total.saturating_sub(names.len() as u64);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

use clap::Args;
use crontopus_api::Statistics;

use crate::app::App;
use crate::commands::figures;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::output::{Facts, Table, plain};

#[derive(Debug, Args)]
pub(crate) struct Stats {
    /// Which job: namespace/name
    job: JobName,
    /// Over how many days of UTC, today included; compared with as many before
    #[arg(short, long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
}

pub(crate) fn run(args: &Stats, app: &App) -> Outcome {
    let (namespace, name) = (args.job.namespace(), args.job.name());
    let found = app.client()?.statistics().of_job(namespace, name, Some(args.days))?;
    app.screen.show(&found, || text(args, &found, app))
}

fn text(args: &Stats, found: &Statistics, app: &App) -> String {
    let mut facts = Facts::default();
    facts.add("Job", plain(&args.job.to_string()));
    facts.add("Days", format!("{}, of UTC", args.days));
    figures::add(&mut facts, found);
    let mut text = facts.text(&app.screen);
    if found.places.len() > 1 {
        let mut table =
            Table::new(&app.screen, ["PLACE", "RUNS", "SUCCESS", "UPTIME", "MEDIAN", "95 %", "NOT GOOD"]);
        for place in &found.places {
            table.row([
                place.host.as_deref().map_or_else(|| "-".into(), plain),
                place.figures.runs.to_string(),
                figures::maybe_percent(place.figures.success_rate),
                figures::maybe_percent(place.uptime),
                figures::maybe_duration(place.figures.p50_ms),
                figures::maybe_duration(place.figures.p95_ms),
                figures::bad(&place.figures),
            ]);
        }
        text += &format!("\n{}", table.text());
    }
    if !found.days.is_empty() {
        let mut table = Table::new(&app.screen, ["DAY", "RUNS", "SUCCESS", "MEDIAN", "95 %", "NOT GOOD"]);
        for day in &found.days {
            table.row([
                plain(&day.date),
                day.figures.runs.to_string(),
                figures::maybe_percent(day.figures.success_rate),
                figures::maybe_duration(day.figures.p50_ms),
                figures::maybe_duration(day.figures.p95_ms),
                figures::bad(&day.figures),
            ]);
        }
        text += &format!("\n{}", table.text());
    }
    text
}

//! `bench`: what `docs/performance.md` states, measured in release builds against a peer or a physical limit of
//! the same run.

mod both;
mod burst;
mod database;
mod fill;
mod host;
mod ingest;
mod load;
mod machine;
mod overdue;
mod push_to_applied;
mod query;
mod reconcile;
mod report;
mod reporting;
mod retention;
mod schedule;
pub(crate) mod service;
mod slow_disk;
mod tls_server;
mod usage;
mod wrapper;

use anyhow::Result;

use crate::progress::step;
use crate::repository;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(value_enum)]
    name: Name,
    /// query: how many runs there are (10 million); retention: how many are too old (3 million)
    #[arg(long)]
    runs: Option<u64>,
    /// ingest-burst: how many monitors report
    #[arg(long, default_value_t = 600_000)]
    monitors: u32,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Name {
    /// Durable check-ins a second over HTTP, on both databases
    Ingest,
    /// 600,000 monitors that all report within one minute, on both databases
    IngestBurst,
    /// A hundred thousand of a million monitors overdue in the same second, on both databases
    Overdue,
    /// From `git push` to the line in a host's crontab
    PushToApplied,
    /// Run list, job list and overview over many jobs and runs, on both databases
    Query,
    /// Answers to check-ins while millions of old runs are forgotten, beside those without, on both databases
    Retention,
    /// What an agent with many jobs costs its host
    Reconcile,
    /// Next occurrence of an expression, beside croner and cronexpr
    Schedule,
    /// What crontopus-run adds to /bin/true
    Wrapper,
}

/// Measures, and prints the result as Markdown on standard output.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = repository::root();
    step(machine::describe());
    match options.name {
        Name::Ingest => ingest::run(&root)?.print(),
        Name::IngestBurst => burst::run(&root, options.monitors)?.print(),
        Name::Overdue => overdue::run(&root)?.print(),
        Name::PushToApplied => push_to_applied::run(&root)?.print(),
        Name::Query => query::run(&root, options.runs.unwrap_or(10_000_000))?.print(),
        Name::Retention => retention::run(&root, options.runs.unwrap_or(3_000_000))?.print(),
        Name::Reconcile => reconcile::run(&root)?.print(),
        Name::Schedule => schedule::run(&root),
        Name::Wrapper => wrapper::run(&root)?.print(),
    }
}

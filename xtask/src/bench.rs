//! `bench`: what `docs/performance.md` states, measured in release builds against a peer or a physical limit of
//! the same run.

mod fleet;
mod host;
mod ingest;
mod load;
mod machine;
mod overdue;
mod push_to_applied;
mod query;
mod reconcile;
mod report;
mod schedule;
mod service;
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
    /// query: how many runs there are
    #[arg(long, default_value_t = 10_000_000)]
    runs: u64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Name {
    /// Durable check-ins a second over HTTP, on both databases
    Ingest,
    /// A hundred thousand of a million monitors overdue in the same second, on both databases
    Overdue,
    /// From `git push` to the line in a host's crontab
    PushToApplied,
    /// Run list, job list and overview over many jobs and runs, on both databases
    Query,
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
        Name::Overdue => overdue::run(&root)?.print(),
        Name::PushToApplied => push_to_applied::run(&root)?.print(),
        Name::Query => query::run(&root, options.runs)?.print(),
        Name::Reconcile => reconcile::run(&root)?.print(),
        Name::Schedule => schedule::run(&root),
        Name::Wrapper => wrapper::run(&root)?.print(),
    }
}

mod blame;
mod diff;
mod history;
mod list;
mod next;
mod show;
mod stats;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Outcome;

/// Jobs as Git defines them; they are changed by a commit, not here.
#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List jobs
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Show a job: its manifest, where it is, how it is
    Show(show::Show),
    /// Tell when a job starts next
    Next(next::Next),
    /// Tell how a job did over the last days
    Stats(stats::Stats),
    /// List the commits that changed a job
    History(history::History),
    /// Tell who wrote each line of a job's manifest, and when
    Blame(blame::Blame),
    /// Show what changed in a job between two commits
    Diff(diff::Diff),
}

pub(crate) fn run(command: Jobs, app: &App) -> Outcome {
    match command {
        Jobs::List(args) => list::run(&args, app),
        Jobs::Show(args) => show::run(&args, app),
        Jobs::Next(args) => next::run(&args, app),
        Jobs::Stats(args) => stats::run(&args, app),
        Jobs::History(args) => history::run(&args, app),
        Jobs::Blame(args) => blame::run(&args, app),
        Jobs::Diff(args) => diff::run(&args, app),
    }
}

mod explain;
mod expression;
mod next;
mod render;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Outcome;

/// Explain schedules and tell when they fire; needs no server.
#[derive(Debug, Subcommand)]
pub(crate) enum Schedule {
    /// Tell the next starts
    Next(next::Next),
    /// Say it in plain English, and which schedulers can hold it
    Explain(explain::Explain),
    /// Write it as a native scheduler holds it
    Render(render::Render),
}

pub(crate) fn run(command: Schedule, app: &App) -> Outcome {
    match command {
        Schedule::Next(args) => next::run(&args, app),
        Schedule::Explain(args) => explain::run(&args, app),
        Schedule::Render(args) => render::run(&args, app),
    }
}

mod crontab;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Outcome;

/// Turn what other schedulers hold into manifests.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Turn the lines of a crontab into manifests; needs no server and changes no crontab
    Crontab(crontab::Crontab),
}

pub(crate) fn run(command: Import, app: &App) -> Outcome {
    match command {
        Import::Crontab(args) => crontab::run(&args, app),
    }
}

use clap::{Args, Subcommand};
use crontopus_api::RejectedCheckIn;

use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, plain};

/// What clients reported.
#[derive(Debug, Subcommand)]
pub(crate) enum Checkins {
    /// List check-ins that were not taken, and why; newest first
    Rejected(Rejected),
}

#[derive(Debug, Args)]
pub(crate) struct Rejected {
    /// At most so many
    #[arg(short = 'n', long, default_value_t = 50)]
    limit: usize,
}

pub(crate) fn run(command: Checkins, app: &App) -> Outcome {
    let Checkins::Rejected(args) = command;
    let client = app.client()?;
    let found = client.check_ins().list_rejected().take(args.limit).collect::<Result<Vec<_>, _>>()?;
    app.screen.list(&found, "Nothing was rejected.", |found| table(found, app))
}

fn table(rejected: &[RejectedCheckIn], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["WHEN", "DIALECT", "TARGET", "REASON"]);
    for one in rejected {
        table.row([
            app.screen.moments.write(one.at),
            plain(&one.dialect),
            plain(&one.target),
            plain(&one.reason),
        ]);
    }
    table.text()
}

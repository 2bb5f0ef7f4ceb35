use std::io::IsTerminal as _;
use std::process::ExitCode;

use crontopus_manifest::spec::Layout;

/// Shows what would change.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Plans against the last configuration without asking the server.
    #[arg(long)]
    offline: bool,
    /// Exit status 2 when something would change.
    #[arg(long)]
    exit_code: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    output: super::status::Output,
}

/// Makes a plan and does nothing.
pub(crate) fn run(layout: Layout, args: &Args) -> anyhow::Result<ExitCode> {
    let (mut agent, server) = super::look(layout)?;
    if !args.offline {
        super::refresh(&mut agent, &server)?;
    }
    let plan = agent.plan();
    match args.output {
        super::status::Output::Json => anstream::println!("{}", serde_json::to_string_pretty(&plan)?),
        super::status::Output::Text => {
            let colour = std::io::stdout().is_terminal();
            anstream::print!("{}", plan.render(colour, &|job| agent.next_runs(job, 5)));
        }
    }
    let changes = args.exit_code && !plan.is_settled();
    Ok(if changes { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

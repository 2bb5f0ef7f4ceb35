#![doc = include_str!("../README.md")]

mod agents;
mod bare;
mod connection;
mod drive;
mod tally;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Load for the benchmarks.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Be many hosts that follow one server
    Agents(agents::Options),
    /// Serve the handler that only answers 200
    Bare(bare::Options),
    /// Send requests and say what came back
    Drive(drive::Options),
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new;
    match arguments.command {
        Command::Agents(options) => agents::run(&options),
        Command::Bare(options) => runtime()?.block_on(bare::run(options)),
        Command::Drive(options) => runtime()?.block_on(drive::run(options)),
    }
}

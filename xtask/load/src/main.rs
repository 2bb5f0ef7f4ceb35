#![doc = include_str!("../README.md")]

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
    /// Serve the handler that only answers 200
    Bare(bare::Options),
    /// Send requests and say what came back
    Drive(drive::Options),
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Bare(options) => bare::run(options).await,
            Command::Drive(options) => drive::run(options).await,
        }
    })
}

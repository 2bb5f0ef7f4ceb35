#![doc = include_str!("../README.md")]

mod archive;
mod commands;
mod config;
mod data_dir;
mod hook;
mod listen;
mod logs;
mod outbound;
mod traces;
mod wiring;

use clap::Parser;

// Also SQLite's, which spends a seventh of its time for memory otherwise.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The Crontopus service.
#[derive(Debug, Parser)]
#[command(name = "crontopus-server", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    match commands::run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

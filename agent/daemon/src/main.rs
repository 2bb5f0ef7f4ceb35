#![doc = include_str!("../README.md")]

mod agent;
mod commands;
mod daemon;
mod desired;
mod fail_points;
mod files;
mod ground;
mod host;
#[cfg(test)]
mod hostile;
mod identity;
mod journal;
mod judge;
mod key;
mod native;
mod reconcile;
mod report;
mod repository;
mod server;
mod settings;
mod spec_files;
mod spool;
mod state;
mod storage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use crontopus_manifest::spec::{DEFAULT_STATE_DIR, Layout};

/// Reconciles manifests from Git into this host's own scheduler, and never executes a job.
#[derive(Debug, Parser)]
#[command(name = "crontopus-agent", version, max_term_width = 100)]
struct Cli {
    /// Where the agent keeps its state.
    #[arg(long, global = true, env = "CRONTOPUS_STATE_DIR", default_value = DEFAULT_STATE_DIR)]
    state_dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Joins a tenant with an enrolment token.
    Enroll(commands::enroll::Args),
    /// Runs the daemon until it is told to stop.
    Run(commands::run::Args),
    /// Shows what would change on this host, with the next five starts of each job; changes nothing.
    Plan(commands::plan::Args),
    /// Does once what the daemon does: fetches, plans, applies, reports.
    Apply,
    /// Shows who this host is and what stands on it.
    Status(commands::status::Args),
    /// Checks everything the agent needs and says what to do.
    Doctor,
    /// Changes the agent's key now.
    RotateKey,
    /// Leaves: removes the entries, or keeps them on purpose.
    Uninstall(commands::uninstall::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let layout = Layout::new(std::path::absolute(&cli.state_dir).unwrap_or(cli.state_dir));
    let outcome = match cli.command {
        Command::Enroll(args) => commands::enroll::run(&layout, &args),
        Command::Run(args) => commands::run::run(layout, &args),
        Command::Plan(args) => commands::plan::run(layout, &args),
        Command::Apply => commands::apply::run(layout),
        Command::Status(args) => commands::status::run(layout, &args),
        Command::Doctor => commands::doctor::run(layout),
        Command::RotateKey => commands::rotate_key::run(&layout),
        Command::Uninstall(args) => commands::uninstall::run(layout, &args),
    };
    match outcome {
        Ok(code) => code,
        Err(e) => {
            anstream::eprintln!("error: {e:#}");
            ExitCode::FAILURE
        }
    }
}

#![doc = include_str!("../README.md")]

mod api;
mod arrows;
mod bench;
mod certificate;
mod debian;
mod interrupt;
mod npm;
mod openapi;
mod postgres;
mod process;
mod progress;
mod repository;
mod server;
mod tenant;
mod test;
mod tidy;
mod torture;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Project tasks. Run one with `cargo xtask <task>`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build and start a server with demo data and this machine's agent
    Up(up::Options),
    /// Check and test everything, as continuous integration does
    Test(test::Options),
    /// Measure what docs/performance.md states
    Bench(bench::Options),
    /// Do once more, and many times, what must never do harm
    Torture(torture::Options),
    /// Hold dependencies, process starts and clock use against docs/arrows.toml
    Arrows,
    /// Look for oversized files, vague names, leftovers, stray whitespace and dead links
    Tidy,
    /// Write the OpenAPI documents under openapi/, or check that they are current
    Openapi(openapi::Options),
}

fn main() -> ExitCode {
    let Arguments { task } = Arguments::parse();
    let outcome = interrupt::watch().and_then(|()| match task {
        Task::Up(options) => up::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Torture(options) => torture::run(&options),
        Task::Arrows => arrows::run(),
        Task::Tidy => tidy::run(),
        Task::Openapi(options) => openapi::run(&options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::failure(&error);
            ExitCode::FAILURE
        }
    }
}

#![doc = include_str!("../README.md")]

mod app;
mod args;
mod commands;
mod contexts;
mod failure;
mod job_name;
mod labels;
mod local;
mod local_history;
mod output;
mod process;
mod reference;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let app = match app::App::new(cli.globals) {
        Ok(app) => app,
        Err(failure) => return failure.report(false),
    };
    match commands::run(cli.command, &app) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(app.screen.error_colour()),
    }
}

//! `torture`: what the suite does once, many times over.

use std::path::Path;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::progress::step;
use crate::{process, repository};

/// What is tortured, and how often.
#[derive(Args)]
pub(crate) struct Options {
    /// What to torture
    name: Name,
    /// How many rounds, each with other data
    #[arg(long, default_value_t = 25)]
    rounds: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// The agent killed at every step of writing a real crontab that others edit; takes root
    Crontab,
}

/// Runs it; a round that fails names itself.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = repository::root();
    match options.name {
        Name::Crontab => crontab(&root, options.rounds),
    }
}

fn crontab(root: &Path, rounds: u32) -> Result<()> {
    step(format!("{rounds} rounds of kills and edits on the real crontab program"));
    let mut cargo = process::cargo();
    cargo.current_dir(root).env("CRONTOPUS_TORTURE_ROUNDS", rounds.to_string());
    cargo.args(["test", "--package", "crontopus-schedulers", "--test", "adapters", "--"]);
    cargo.args(["--exact", "torture::the_real_crontab_survives", "--nocapture"]);
    process::run(&mut cargo)
}

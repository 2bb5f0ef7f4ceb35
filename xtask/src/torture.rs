//! `torture`: what the suite does once, many times over and harder.

use std::path::Path;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::bench::service;
use crate::debian::{self, Need};
use crate::postgres::{self, Durability, Postgres};
use crate::progress::step;
use crate::{process, repository};

/// What is tortured, and how often.
#[derive(Args)]
pub(crate) struct Options {
    /// What to torture
    name: Name,
    /// How many rounds; each torture has its own usual number
    #[arg(long)]
    rounds: Option<u32>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// The agent killed at every step of writing a real crontab that others edit; takes root
    Crontab,
    /// The server killed under 2,000 check-ins a second, while incidents are told; SQLite and PostgreSQL
    Kill,
    /// The disk of the database, or of an agent, full and with room again; takes root
    DiskFull,
    /// The file system of the database, or of an agent, read-only and writable again; takes root
    ReadOnly,
    /// A disk that needs 4 ms for each flush; SQLite and PostgreSQL; takes root
    SlowDisk,
    /// An agent that was cut off for a day, with 10,000 records in its spool; takes root
    Partition,
}

/// A torture that is a story of the real programs.
struct Story {
    /// Its files among the end-to-end tests.
    tests: &'static [&'static str],
    /// How the tests begin that belong to it.
    begins: &'static str,
    rounds: u32,
    /// What else is asked of it than in the suite.
    asked: (&'static str, &'static str),
}

/// Disks under the database, and under an agent.
const DISKS: [&str; 2] = ["torture_disk", "torture_spool"];

/// What the stories start, besides what `cargo` brings.
const NEEDS: [Need; 5] = [
    Need { program: "git", package: "git" },
    Need { program: "postgres", package: "postgresql" },
    Need { program: "cc", package: "gcc" },
    Need { program: "cron", package: "cron" },
    Need { program: "unshare", package: "util-linux" },
];

/// The programs that the stories start.
const PACKAGES: [&str; 4] = ["crontopus-server", "crontopus-agent", "crontopus-run", "crontopus"];

/// Runs it; a round that fails names itself.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = repository::root();
    let story = match options.name {
        Name::Crontab => return crontab(&root, options.rounds.unwrap_or(25)),
        Name::Kill => Story { tests: &["torture_kill"], begins: "on", rounds: 100, asked: ("RATE", "2000") },
        Name::DiskFull => Story { tests: &DISKS, begins: "full", rounds: 5, asked: ("RATE", "1000") },
        Name::ReadOnly => Story { tests: &DISKS, begins: "read_only", rounds: 5, asked: ("RATE", "1000") },
        Name::SlowDisk => {
            Story { tests: &["torture_disk"], begins: "slow", rounds: 3, asked: ("RATE", "2000") }
        }
        Name::Partition => {
            Story { tests: &["torture_partition"], begins: "on", rounds: 1, asked: ("RECORDS", "10000") }
        }
    };
    tell(&root, &story, options.rounds.unwrap_or(story.rounds))
}

/// A day of a clock of our choosing, on top of the story, which takes as long as it takes.
fn a_day(root: &Path, postgres: &Postgres) -> Result<()> {
    step("a day without a host, by a simulated clock");
    let mut cargo = process::cargo();
    cargo.current_dir(root).args(["test", "--package", "crontopus-app", "--test", "monitoring", "--"]);
    cargo.args(["cut_off", "--nocapture"]).env(postgres::URL_VARIABLE, postgres.url());
    process::run(cargo.env("CRONTOPUS_TORTURE_HOURS", "24").env("CRONTOPUS_TORTURE_JOBS", "18"))
}

fn crontab(root: &Path, rounds: u32) -> Result<()> {
    step(format!("{rounds} rounds of kills and edits on the real crontab program"));
    let mut cargo = process::cargo();
    cargo.current_dir(root).env("CRONTOPUS_TORTURE_ROUNDS", rounds.to_string());
    cargo.args(["test", "--package", "crontopus-schedulers", "--test", "adapters", "--"]);
    cargo.args(["--exact", "torture::the_real_crontab_survives", "--nocapture"]);
    process::run(&mut cargo)
}

/// Tells the story with programs as they are shipped and a PostgreSQL that flushes.
fn tell(root: &Path, story: &Story, rounds: u32) -> Result<()> {
    debian::ensure(&NEEDS)?;
    let programs = service::build(root, "release", &PACKAGES)?;
    let postgres = Postgres::start(Durability::Full)?;
    step(format!("{}, {}: {rounds} round(s)", story.tests.join(" and "), story.begins));
    let mut cargo = process::cargo();
    cargo.current_dir(root).args(["test", "--package", "crontopus-e2e"]);
    cargo.args(story.tests.iter().flat_map(|test| ["--test", test])).arg("--");
    cargo.args([story.begins, "--nocapture", "--test-threads=1"]);
    cargo.env("CRONTOPUS_BIN_DIR", programs).env("CRONTOPUS_E2E", "require");
    cargo.env(postgres::URL_VARIABLE, postgres.url());
    cargo.env("CRONTOPUS_TORTURE_ROUNDS", rounds.to_string());
    let (what, much) = story.asked;
    cargo.env(format!("CRONTOPUS_TORTURE_{what}"), much);
    process::run(&mut cargo)?;
    if story.tests.contains(&"torture_partition") { a_day(root, &postgres) } else { Ok(()) }
}

//! `test`: everything that must hold before a change is merged.

mod clients;
mod console;
mod steps;

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::debian::{self, Need};
use crate::progress::{self, fail, human, note};
use crate::{interrupt, process};

/// What the tests start, besides what `cargo` brings.
const NEEDS: [Need; 11] = [
    Need { program: "chromium", package: "chromium" },
    Need { program: "git", package: "git" },
    Need { program: "cron", package: "cron" },
    Need { program: "crontab", package: "cron" },
    Need { program: "postgres", package: "postgresql" },
    Need { program: "systemd-analyze", package: "systemd" },
    Need { program: "sshd", package: "openssh-server" },
    Need { program: "prometheus", package: "prometheus" },
    Need { program: "promtool", package: "prometheus" },
    Need { program: "unshare", package: "util-linux" },
    Need { program: "setpriv", package: "util-linux" },
];

/// What to test.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Install nothing, and leave out doctests and end-to-end stories
    #[arg(long)]
    fast: bool,
    /// Go on after a failed step, to see all failures at once
    #[arg(long)]
    keep_going: bool,
    /// Only run tests whose name contains one of these, and none of the other checks
    filters: Vec<String>,
}

/// One thing to check, and what to do when it does not hold.
struct Step {
    name: &'static str,
    work: fn(&mut steps::Surroundings) -> Result<()>,
    remedy: &'static str,
}

enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// Runs the steps in the order in which they fail fastest and prints how long each took.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.fast {
        debian::ensure(&NEEDS)?;
    }
    let mut surroundings = steps::Surroundings::new(options.fast, options.filters.clone());
    let mut results: Vec<(&str, Outcome, Duration)> = Vec::new();
    let mut failures = Vec::new();
    for Step { name, work, remedy } in steps::choose(options.fast, !options.filters.is_empty()) {
        if interrupt::requested() || !failures.is_empty() && !options.keep_going {
            results.push((name, Outcome::Skipped, Duration::ZERO));
            continue;
        }
        progress::step(name);
        let start = Instant::now();
        let outcome = match work(&mut surroundings) {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                progress::failure(&error);
                failures.push(format!("{name}: {remedy}"));
                Outcome::Failed
            }
        };
        results.push((name, outcome, start.elapsed()));
    }
    drop(surroundings);
    summarize(&results);
    if interrupt::requested() {
        return Err(process::interrupted());
    }
    match failures.len() {
        0 => Ok(()),
        n => Err(fail(format!("{n} step(s) failed"), failures.join("\n        "))),
    }
}

fn summarize(results: &[(&str, Outcome, Duration)]) {
    progress::step("summary");
    for (name, outcome, duration) in results {
        let (word, duration) = match outcome {
            Outcome::Passed => ("passed", human(*duration)),
            Outcome::Failed => ("FAILED", human(*duration)),
            Outcome::Skipped => ("skipped", String::new()),
        };
        note(format!("{name:<10} {word:<8} {duration:>12}"));
    }
    let total = results.iter().map(|(_, _, duration)| *duration).sum();
    note(format!("{:<10} {:<8} {:>12}", "total", "", human(total)));
}

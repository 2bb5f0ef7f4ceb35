//! The screen that says how to use what runs.

use std::path::Path;

use anstream::println;
use owo_colors::OwoColorize as _;

use super::Programs;
use crate::tenant::Tenant;

/// Prints it on standard output.
pub(super) fn print(programs: &Programs, demo: &Tenant, with_agent: bool) {
    let here = std::env::current_dir().unwrap_or_default();
    let cli = shorter(&programs.cli, &here);
    println!();
    println!("{} {}", "Crontopus runs at".bold(), demo.url.bold().cyan());
    println!();
    println!("  sign in   {}  password {}", demo.account.email, demo.account.password);
    println!("  clone     git clone {}", demo.clone_url());
    println!();
    println!("  try       export CRONTOPUS_URL={} CRONTOPUS_TOKEN={}", demo.url, demo.account.token);
    for command in ["jobs list", "schedule next '*/15 9-17 * * 1-5' --count 3", "runs list"] {
        println!("            {cli} {command}");
    }
    println!();
    if with_agent {
        println!(
            "  This machine is enrolled; its jobs stand in a marked block of `crontab -l`. The first run of"
        );
        println!("  demo/succeeds shows within a minute in `{cli} runs list`.");
    } else {
        println!("  No agent was started; jobs are not on any host.");
    }
    println!("  Ctrl-C stops everything{}.", if with_agent { " and takes the block out again" } else { "" });
    println!();
}

fn shorter(path: &Path, here: &Path) -> String {
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

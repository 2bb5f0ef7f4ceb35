use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use crontopus_clock::SystemClock;
use crontopus_manifest::spec::Layout;

use crate::agent::Agent;
use crate::files;

/// Leaves.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Args {
    /// Removes every entry the agent wrote; everything else stays byte for byte.
    #[arg(long)]
    remove: bool,
    /// Leaves the entries: jobs go on, unmanaged and unreported.
    #[arg(long)]
    keep: bool,
}

/// Removes what the agent wrote, then what it knows. The server keeps the host's history and shows it as
/// lost until somebody revokes it.
pub(crate) fn run(layout: Layout, args: &Args) -> anyhow::Result<ExitCode> {
    let _lock = super::lock(&layout)?;
    if args.keep {
        // The entries start the wrapper with spec files below the state directory, so both stay.
        for file in [layout.identity(), layout.key(), layout.root().join("state.json")] {
            files::remove(&file)?;
        }
        anstream::println!("left; the entries and {} stay and go on", layout.root().display());
        return Ok(ExitCode::SUCCESS);
    }
    let mut agent = Agent::open(layout, Box::new(SystemClock))?;
    let jobs = agent.state.inventory.jobs.len();
    let failures = agent.remove_all()?;
    if !failures.is_empty() {
        for (job, why) in &failures {
            anstream::eprintln!("{job}: {why}");
        }
        bail!("{} entries could not be removed; the agent stays enrolled", failures.len());
    }
    // A cron that goes on starting what is no more would mail an error each time.
    agent.wait_and_settle()?;
    let root = agent.layout.root().to_owned();
    drop(agent);
    fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    anstream::println!("left; {jobs} entries and {} were removed", root.display());
    Ok(ExitCode::SUCCESS)
}

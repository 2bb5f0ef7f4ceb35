use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use crontopus_manifest::spec::Layout;

use crate::files;
use crate::server::Server;

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

/// Removes what the agent wrote, says goodbye, then removes what it knows. When the server cannot be told, it
/// shows the host as lost until somebody revokes it.
pub(crate) fn run(layout: Layout, args: &Args) -> anyhow::Result<ExitCode> {
    let lock = super::lock(&layout)?;
    let (mut agent, server) = super::open(layout, &lock)?;
    let jobs = agent.state.inventory.jobs.len();
    let root = agent.layout.root().to_owned();
    if args.keep {
        say_goodbye(&server, jobs);
        // The entries start the wrapper with spec files below the state directory, so both stay.
        for file in [agent.layout.identity(), agent.layout.key(), root.join("state.json")] {
            files::remove(&file)?;
        }
        anstream::println!("left; the entries and {} stay and go on", root.display());
        return Ok(ExitCode::SUCCESS);
    }
    let failures = agent.remove_all()?;
    if !failures.is_empty() {
        for (job, why) in &failures {
            anstream::eprintln!("{job}: {why}");
        }
        bail!("{} entries could not be removed; the agent stays enrolled", failures.len());
    }
    // A cron that goes on starting what is no more would mail an error each time.
    agent.wait_and_settle()?;
    say_goodbye(&server, 0);
    drop(agent);
    fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    anstream::println!("left; {jobs} entries and {} were removed", root.display());
    Ok(ExitCode::SUCCESS)
}

/// The server is not needed to leave.
fn say_goodbye(server: &Server, kept: usize) {
    if let Err(e) = server.leave(kept) {
        anstream::eprintln!(
            "the server could not be told: {e}\nhint: crontopus agents revoke <host>, else it is shown as lost"
        );
    }
}

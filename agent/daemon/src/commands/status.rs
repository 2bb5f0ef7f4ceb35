use std::process::ExitCode;

use crontopus_manifest::spec::Layout;

use crate::{spool, storage};

/// Shows who this host is and what stands on it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    output: Output,
}

/// How a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Reads the host; asks nobody.
pub(crate) fn run(layout: Layout, args: &Args) -> anyhow::Result<ExitCode> {
    let (agent, _server) = super::look(layout)?;
    let waiting = spool::waiting(&agent.layout);
    let jobs = &agent.state.inventory.jobs;
    if args.output == Output::Json {
        let status = serde_json::json!({
            "agent_id": agent.identity.agent_id,
            "name": agent.identity.name,
            "tenant": agent.identity.tenant,
            "server": agent.identity.server,
            "scheduler": agent.native.profile,
            "scheduler_running": agent.native.running,
            "applied_commit": agent.state.applied_commit,
            "spooled": waiting,
            "disk_trouble": storage::trouble(&agent.layout),
            "jobs": jobs.iter().map(|(job, owned)| serde_json::json!({
                "job": job, "path": owned.entry.path, "enabled": owned.entry.enabled,
            })).collect::<Vec<_>>(),
        });
        anstream::println!("{}", serde_json::to_string_pretty(&status)?);
        return Ok(ExitCode::SUCCESS);
    }
    anstream::println!("host       {} ({})", agent.identity.name, agent.identity.agent_id);
    anstream::println!("tenant     {} at {}", agent.identity.tenant, agent.identity.server);
    anstream::println!("scheduler  {}: {}", agent.native.profile, agent.native.evidence);
    anstream::println!("commit     {}", agent.state.applied_commit.as_deref().unwrap_or("none yet"));
    anstream::println!("spool      {waiting} records wait");
    if let Some(trouble) = storage::trouble(&agent.layout) {
        anstream::println!("disk       TROUBLE: {trouble}");
    }
    anstream::println!("jobs       {}", jobs.len());
    for (job, owned) in jobs {
        let paused = if owned.entry.enabled { "" } else { "  (paused)" };
        anstream::println!("  {job:<40} {}{paused}", owned.entry.path);
    }
    Ok(ExitCode::SUCCESS)
}

use std::process::ExitCode;

use crontopus_manifest::spec::Layout;

/// One pass, and the second touch the scheduler may want.
pub(crate) fn run(layout: Layout) -> anyhow::Result<ExitCode> {
    let lock = super::lock(&layout)?;
    let (mut agent, server) = super::open(layout, &lock)?;
    super::refresh(&mut agent, &server)?;
    let plan = agent.plan();
    anstream::print!("{}", plan.render(false, &|job| agent.next_runs(job, 5)));
    agent.reconcile();
    agent.wait_and_settle()?;
    let report = agent.report();
    let rolling = server.report(&report)?.rolling;
    agent.was_reported(rolling, server.seq())?;
    let failed: Vec<_> = report.conditions.iter().filter(|condition| !condition.ok).collect();
    for condition in &failed {
        anstream::eprintln!("{}: {}", condition.job.as_deref().unwrap_or("host"), condition.reason);
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

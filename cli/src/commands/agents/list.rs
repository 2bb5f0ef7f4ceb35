use clap::Args;
use crontopus_api::AgentSummary;

use crate::app::App;
use crate::failure::Outcome;
use crate::labels;
use crate::output::{Table, plain, word};

#[derive(Debug, Args)]
pub(crate) struct List {
    /// With this label; several times for several
    #[arg(short, long = "label", value_name = "KEY=VALUE", value_parser = labels::parse)]
    labels: Vec<(String, String)>,
}

pub(crate) fn run(args: &List, app: &App) -> Outcome {
    let mut agents = app.client()?.agents().list().collect::<Result<Vec<AgentSummary>, _>>()?;
    agents.retain(|agent| args.labels.iter().all(|(key, value)| agent.labels.get(key) == Some(value)));
    app.screen.list(&agents, "There are no such agents. Enrol one: crontopus agents enroll-token", |agents| {
        let heading = ["NAME", "STATE", "LABELS", "SCHEDULER", "JOBS", "DRIFT", "COMMIT", "LAST SEEN"];
        let mut table = Table::new(&app.screen, heading);
        for agent in agents {
            table.row([
                plain(&agent.name),
                app.screen.paint.status(&word(agent.state)),
                labels::show(&agent.labels),
                plain(&agent.scheduler),
                agent.jobs.to_string(),
                agent.drift.to_string(),
                agent.applied_commit.as_deref().map_or_else(|| "-".into(), short),
                app.screen.moments.maybe(agent.last_seen_at),
            ]);
        }
        table.text()
    })
}

/// A commit as people say it.
pub(super) fn short(commit: &str) -> String {
    plain(commit).chars().take(10).collect()
}

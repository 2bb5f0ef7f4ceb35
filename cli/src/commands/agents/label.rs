use clap::Args;
use crontopus_api::UpdateAgent;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::labels;
use crate::output::plain;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  crontopus agents label db-01 role=db env=production old-")]
pub(crate) struct Label {
    /// Name of the host, or the agent's id (`agt_…`)
    agent: String,
    /// `key=value` to set, `key-` to remove
    #[arg(required = true, value_name = "LABEL")]
    changes: Vec<String>,
}

pub(crate) fn run(args: &Label, app: &App) -> Outcome {
    let client = app.client()?;
    let mut wanted = client.agents().get(&args.agent)?.summary.labels;
    for change in &args.changes {
        if let Ok((key, value)) = labels::parse(change) {
            wanted.insert(key, value);
        } else if let Some(key) = change.strip_suffix('-') {
            wanted.remove(key);
        } else {
            return Err(Failure::of(Kind::Usage, format!("`{change}` is neither key=value nor key-")));
        }
    }
    let update = UpdateAgent { name: None, labels: Some(wanted) };
    let agent = client.agents().update(&args.agent, &update)?;
    app.screen.show(&agent.summary.labels, || {
        format!("{}: {}\n", plain(&agent.summary.name), labels::show(&agent.summary.labels))
    })
}

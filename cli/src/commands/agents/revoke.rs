use std::io::IsTerminal as _;

use clap::Args;
use dialoguer::Confirm;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::plain;

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// Name of the host, or the agent's id (`agt_…`)
    agent: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(crate) fn run(args: &Revoke, app: &App) -> Outcome {
    let client = app.client()?;
    if !args.yes {
        if !std::io::stdin().is_terminal() {
            return Err(Failure::of(Kind::Usage, "revoking an agent wants a confirmation")
                .hint(format!("crontopus agents revoke {} --yes", args.agent)));
        }
        let agent = client.agents().get(&args.agent)?;
        let question = format!(
            "Revoke {}? It holds {} jobs, which stay on the host but follow Git no more.",
            plain(&agent.summary.name),
            agent.summary.jobs
        );
        let sure = Confirm::new().with_prompt(question).default(false).interact();
        if !sure.map_err(|e| Failure::new("nothing was answered").because(&e))? {
            return Err(Failure::new("nothing was changed"));
        }
    }
    let agent = client.agents().revoke(&args.agent)?;
    app.screen.done(&agent, &format!("Revoked {}.", plain(&agent.summary.name)))
}

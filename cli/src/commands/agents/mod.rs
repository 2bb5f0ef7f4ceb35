mod enroll_token;
mod label;
mod list;
mod plan;
mod revoke;
mod show;

use clap::Subcommand;

use crate::app::App;
use crate::failure::Outcome;
use crate::output::plain;

/// Enrolled hosts.
#[derive(Debug, Subcommand)]
pub(crate) enum Agents {
    /// List agents
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Show one: its host, its conditions
    Show(Which),
    /// Show what stands between a host and Git
    Plan(plan::Plan),
    /// Take its key no longer, from its next request on
    Revoke(revoke::Revoke),
    /// Set and remove labels
    Label(label::Label),
    /// Confirm the mass removal an agent's plan waits with
    Confirm(Which),
    /// Let in an agent whose enrolment token wants approval
    Approve(Which),
    /// Ask an agent to look again now
    Sync(Which),
    /// Make, list and revoke enrolment tokens
    EnrollToken(enroll_token::EnrollToken),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// Name of the host, or the agent's id (`agt_…`)
    agent: String,
}

pub(crate) fn run(command: Agents, app: &App) -> Outcome {
    match command {
        Agents::List(args) => list::run(&args, app),
        Agents::Show(which) => show::run(&which.agent, app),
        Agents::Plan(args) => plan::run(&args, app),
        Agents::Revoke(args) => revoke::run(&args, app),
        Agents::Label(args) => label::run(&args, app),
        Agents::Confirm(which) => {
            let agent = app.client()?.agents().confirm(&which.agent)?;
            let name = plain(&agent.summary.name);
            app.screen.done(&agent, &format!("Confirmed. {name} goes on with its plan."))
        }
        Agents::Approve(which) => {
            let agent = app.client()?.agents().approve(&which.agent)?;
            app.screen.done(&agent, &format!("{} is let in.", plain(&agent.summary.name)))
        }
        Agents::Sync(which) => {
            app.client()?.agents().sync(&which.agent)?;
            app.screen.note(&format!("{} is asked to look again.", plain(&which.agent)));
            Ok(())
        }
        Agents::EnrollToken(args) => enroll_token::run(args, app),
    }
}

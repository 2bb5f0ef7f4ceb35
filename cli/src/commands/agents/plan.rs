use clap::Args;
use crontopus_api::PlanView;

use super::list::short;
use crate::app::App;
use crate::failure::Outcome;
use crate::output::plain;

#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Name of the host, or the agent's id (`agt_…`)
    agent: String,
    /// Also what is right as it stands
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Plan, app: &App) -> Outcome {
    let plan = app.client()?.agents().plan(&args.agent)?;
    app.screen.show(&plan, || text(&plan, args, app))
}

fn text(plan: &PlanView, args: &Plan, app: &App) -> String {
    let paint = app.screen.paint;
    let made = app.screen.moments.write(plan.made_at);
    let commit =
        plan.commit.as_deref().map_or_else(|| "no commit".into(), |c| format!("commit {}", short(c)));
    let mut text = format!("Plan for {commit}, made {made}\n");
    let shown: Vec<_> = plan.steps.iter().filter(|step| args.all || step.action != "leave").collect();
    if shown.is_empty() {
        text += "Nothing to do: the host is as Git wants it.\n";
    }
    for step in shown {
        let action = match step.action.as_str() {
            "create" | "enable" | "adopt" => paint.green(&step.action),
            "remove" | "disable" => paint.red(&step.action),
            other => paint.cyan(&plain(other)),
        };
        text += &format!("\n{action} {}: {}\n", paint.bold(&plain(&step.job)), plain(&step.reason));
        for line in step.before.iter().flat_map(|entry| entry.lines()) {
            text += &format!("  {}\n", paint.red(&format!("- {}", plain(line))));
        }
        for line in step.after.iter().flat_map(|entry| entry.lines()) {
            text += &format!("  {}\n", paint.green(&format!("+ {}", plain(line))));
        }
        if let Some(error) = &step.error {
            text += &format!("  {} {}\n", paint.red("failed:"), plain(error));
        }
    }
    if let Some(held) = &plan.held {
        text += &format!("\n{} {}\n", paint.red("It waits:"), plain(held));
        text += &format!("If that is right: crontopus agents confirm {}\n", plain(&args.agent));
    }
    text
}

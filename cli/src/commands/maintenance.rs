use clap::Subcommand;
use crontopus_api::RuleDocument;

use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, plain};

/// When nobody is told; maintenances are defined in Git.
#[derive(Debug, Subcommand)]
pub(crate) enum Maintenance {
    /// List maintenances, and which of them are going on
    #[command(visible_alias = "ls")]
    List,
}

pub(crate) fn run(command: &Maintenance, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Maintenance::List => {
            let found = client.rules().maintenance().collect::<Result<Vec<_>, _>>()?;
            app.screen.list(&found, "There are no maintenances.", |found| table(found, app))
        }
    }
}

fn table(found: &[RuleDocument], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["MAINTENANCE", "NOW", "EFFECT", "WINDOWS", "FILE"]);
    for one in found {
        let now = match one.active_until {
            Some(until) => format!("until {}", app.screen.moments.write(until)),
            None => "-".to_owned(),
        };
        let window = |window: &serde_json::Value| {
            let text = |name: &str| window[name].as_str().unwrap_or("?").to_owned();
            match window["cron"].as_str() {
                Some(cron) => format!("{cron} for {}", text("duration")),
                None => format!("{} to {}", text("start"), text("end")),
            }
        };
        let windows: Vec<_> = one.spec["windows"].as_array().into_iter().flatten().map(window).collect();
        table.row([
            plain(&format!("{}/{}", one.namespace, one.name)),
            now,
            plain(one.spec["effect"].as_str().unwrap_or("silence")),
            plain(&windows.join(", ")),
            plain(&format!("{}:{}", one.file, one.line)),
        ]);
    }
    table.text()
}

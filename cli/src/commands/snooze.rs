use clap::{Args, Subcommand};
use crontopus_api::{CreateSnooze, Snooze};
use crontopus_ids::{MonitorId, SnoozeId};
use crontopus_manifest::parse_duration;

use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, plain};

/// Tell nobody for a time, while runs are judged as ever.
#[derive(Debug, Subcommand)]
pub(crate) enum Snoozes {
    /// List what is silent, the nearest end first
    #[command(visible_alias = "ls")]
    List,
    /// Silence one monitor
    Monitor {
        /// Id, `mon_…`
        id: MonitorId,
        #[command(flatten)]
        time: Time,
    },
    /// Silence everything on one host, and its own silence
    Agent {
        /// Name, or id `agt_…`
        agent: String,
        #[command(flatten)]
        time: Time,
    },
    /// Silence every job and host with a label
    Label {
        /// The label, `key=value`
        #[arg(value_parser = crate::labels::parse)]
        label: (String, String),
        #[command(flatten)]
        time: Time,
    },
    /// End silences; what was kept back is told
    End {
        /// Ids, `snz_…`
        #[arg(required = true)]
        ids: Vec<SnoozeId>,
    },
}

/// For how long, and why.
#[derive(Debug, Args)]
pub(crate) struct Time {
    /// For how long, like 30m, 4h or 2d
    #[arg(long = "for", value_parser = minutes, default_value = "1h", value_name = "DURATION")]
    pub(super) minutes: u32,
    /// Why, for the others
    #[arg(long)]
    pub(super) reason: Option<String>,
}

fn minutes(text: &str) -> Result<u32, String> {
    let duration = parse_duration(text).map_err(|e| e.to_string())?;
    match u32::try_from(duration.as_secs() / 60) {
        Ok(minutes) if minutes > 0 => Ok(minutes),
        _ => Err("at least a minute".to_owned()),
    }
}

pub(crate) fn run(command: Snoozes, app: &App) -> Outcome {
    let client = app.client()?;
    let mut request = CreateSnooze::default();
    let time = match command {
        Snoozes::List => {
            let found = client.snoozes().list().collect::<Result<Vec<_>, _>>()?;
            return app.screen.list(&found, "Nothing is silent.", |found| table(found, app));
        }
        Snoozes::End { ids } => {
            for id in ids {
                client.snoozes().delete(id)?;
                app.screen.note(&format!("Ended {id}."));
            }
            return Ok(());
        }
        Snoozes::Monitor { id, time } => {
            request.monitor_id = Some(id);
            time
        }
        Snoozes::Agent { agent, time } => {
            request.agent_id = Some(match agent.parse() {
                Ok(id) => id,
                Err(_) => client.agents().get(&agent)?.summary.id,
            });
            time
        }
        Snoozes::Label { label: (key, value), time } => {
            request.label = Some(format!("{key}={value}"));
            time
        }
    };
    (request.minutes, request.reason) = (Some(time.minutes), time.reason);
    let made = client.snoozes().create(&request)?;
    let sentence =
        format!("{} is silent until {}.", plain(&what(&made)), app.screen.moments.write(made.until));
    app.screen.done(&made, &sentence)
}

fn what(snooze: &Snooze) -> String {
    let ids = [
        snooze.monitor_id.map(|id| id.to_string()),
        snooze.agent_id.map(|id| id.to_string()),
        snooze.incident_id.map(|id| id.to_string()),
        snooze.label.clone(),
    ];
    ids.into_iter().flatten().next().unwrap_or_default()
}

fn table(found: &[Snooze], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["ID", "WHAT", "UNTIL", "BY", "REASON"]);
    for snooze in found {
        table.row([
            snooze.id.to_string(),
            plain(&what(snooze)),
            app.screen.moments.write(snooze.until),
            plain(&snooze.created_by),
            snooze.reason.as_deref().map_or_else(|| "-".to_owned(), plain),
        ]);
    }
    table.text()
}

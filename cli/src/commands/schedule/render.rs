use clap::Args;
use crontopus_schedule::{Profile, render};
use serde::Serialize;

use super::expression::{parse_argument, zone};
use crate::app::App;
use crate::failure::{Failure, Outcome};
use crate::output::plain;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus schedule render '30 2 * * *' --profile systemd --timezone Europe/Berlin
  crontopus schedule render '0 9 * * *' --timezone America/New_York --host-timezone UTC")]
pub(crate) struct Render {
    /// A cron expression, a macro such as @daily, or `every 15m`
    schedule: String,
    /// For which scheduler: debian-cron, cronie, busybox, systemd
    #[arg(long, default_value = "debian-cron")]
    profile: Profile,
    /// Time zone of the schedule
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    timezone: String,
    /// Time zone of the host; the schedule's own when absent
    #[arg(long, value_name = "ZONE")]
    host_timezone: Option<String>,
}

#[derive(Debug, Serialize)]
struct Rendered {
    profile: Profile,
    entries: Vec<String>,
    /// Why the wrapper has to check each start.
    #[serde(skip_serializing_if = "Option::is_none")]
    guard: Option<String>,
}

pub(crate) fn run(args: &Render, app: &App) -> Outcome {
    let schedule = parse_argument(&args.schedule)?;
    zone(&args.timezone)?;
    let host = args.host_timezone.as_deref().unwrap_or(&args.timezone);
    zone(host)?;
    let rendering = render(&schedule, &args.timezone, host, args.profile, app.now())
        .map_err(|e| Failure::new(e.to_string()))?;
    let why = rendering.guard.is_some().then(|| rendering.why.unwrap_or_default());
    let rendered = Rendered { profile: args.profile, entries: rendering.entries, guard: why };
    app.screen.show(&rendered, || {
        let prefix = if args.profile == Profile::Systemd { "OnCalendar=" } else { "" };
        let mut text: String = rendered.entries.iter().map(|e| format!("{prefix}{}\n", plain(e))).collect();
        if rendered.entries.is_empty() {
            text = "# nothing: it starts only when asked to\n".into();
        }
        if let Some(why) = &rendered.guard {
            text += &format!("# guarded, because {}\n", plain(why));
        }
        text
    })
}

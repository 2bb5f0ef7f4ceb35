use clap::Args;
use crontopus_schedule::{Profile, Schedule, render};
use jiff::Timestamp;
use serde::Serialize;

use super::expression::{parse_argument, zone};
use crate::app::App;
use crate::failure::Outcome;
use crate::local::natural_profile;
use crate::output::{Table, plain};

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A cron expression, a macro such as @daily, or `every 15m`
    schedule: String,
    /// Time zone of the schedule
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    timezone: String,
    /// Time zone of the host; the schedule's own when absent
    #[arg(long, value_name = "ZONE")]
    host_timezone: Option<String>,
}

#[derive(Debug, Serialize)]
struct Explanation<'a> {
    schedule: &'a str,
    description: String,
    timezone: &'a str,
    next: Vec<Timestamp>,
    schedulers: Vec<Holder>,
}

/// How a scheduler holds it.
#[derive(Debug, Serialize)]
struct Holder {
    profile: Profile,
    /// `exactly`, `guarded` or `no`.
    holds: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

pub(crate) fn run(args: &Explain, app: &App) -> Outcome {
    let schedule = parse_argument(&args.schedule)?;
    let zone = zone(&args.timezone)?;
    let now = app.now();
    let host = args.host_timezone.as_deref().unwrap_or(&args.timezone);
    super::expression::zone(host)?;
    let profile = natural_profile(&schedule, &args.timezone, now);
    let explanation = Explanation {
        schedule: &args.schedule,
        description: schedule.describe(),
        timezone: &args.timezone,
        next: schedule.upcoming(now, &zone, profile).take(3).collect(),
        schedulers: holders(&schedule, &args.timezone, host, now),
    };
    app.screen.show(&explanation, || {
        let mut text = format!("{}\n", explanation.description);
        for at in &explanation.next {
            let local = at.to_zoned(zone.clone()).strftime("%a %Y-%m-%d %H:%M:%S%:z");
            text += &format!("  next {local}, {}\n", app.screen.moments.write(*at));
        }
        let mut table = Table::new(&app.screen, ["SCHEDULER", "HOLDS IT", "WHY"]);
        for holder in &explanation.schedulers {
            let why = holder.why.as_deref().map_or_else(String::new, plain);
            table.row([holder.profile.to_string(), holder.holds.to_owned(), why]);
        }
        format!("{text}\n{}", table.text())
    })
}

fn holders(schedule: &Schedule, zone: &str, host: &str, now: Timestamp) -> Vec<Holder> {
    let schedulers = [Profile::DebianCron, Profile::Cronie, Profile::Busybox, Profile::Systemd];
    let holder = |profile| match render(schedule, zone, host, profile, now) {
        Ok(rendering) if rendering.guard.is_none() => Holder { profile, holds: "exactly", why: None },
        Ok(rendering) => Holder { profile, holds: "guarded", why: rendering.why },
        Err(error) => Holder { profile, holds: "no", why: Some(error.to_string()) },
    };
    schedulers.into_iter().map(holder).collect()
}

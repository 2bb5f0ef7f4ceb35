use std::io::BufRead as _;

use clap::Args;
use crontopus_manifest::{ScheduleTextError, parse_schedule};
use crontopus_schedule::Profile;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::expression::{parse_argument, zone};
use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::local::natural_profile;
use crate::output::Table;

/// Tell the next starts.
///
/// Without `--profile` Debian cron's rules are followed where it can hold the expression, the guard's otherwise.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus schedule next '30 2 * * 1-5' --timezone Europe/Berlin
  crontopus schedule next 'every 90m' --count 3
  crontopus schedule next '0 9 LW * *' --after 2027-01-01T00:00:00Z -o json
  crontopus schedule next --stdin < expressions.jsonl")]
pub(crate) struct Next {
    /// A cron expression, a macro such as @daily, or `every 15m`
    #[arg(required_unless_present = "stdin")]
    schedule: Option<String>,
    /// Time zone of the schedule
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    timezone: String,
    /// After this instant, like 2026-12-01T00:00:00Z; now when absent
    #[arg(long, value_name = "TIME")]
    after: Option<Timestamp>,
    /// How many starts
    #[arg(short = 'n', long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    count: u32,
    /// Whose rules: debian-cron, cronie, busybox, systemd, launchd, windows, guarded
    #[arg(long)]
    profile: Option<Profile>,
    /// Read lines of JSON `{cron, timezone, after, count, profile}` and write each with `next`
    #[arg(long, conflicts_with = "schedule")]
    stdin: bool,
}

/// One question and its answer, as lines of JSON have it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    cron: String,
    #[serde(default = "utc")]
    timezone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile: Option<Profile>,
    /// Ignored in a question, so that answers can be fed back.
    #[serde(default)]
    next: Vec<Timestamp>,
}

#[derive(Debug, Serialize)]
struct LineError<'a> {
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    cron: Option<&'a str>,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    cron: &'a str,
    timezone: &'a str,
    after: Timestamp,
    profile: Profile,
    next: Vec<Timestamp>,
}

fn utc() -> String {
    "UTC".to_owned()
}

pub(crate) fn run(args: &Next, app: &App) -> Outcome {
    if args.stdin {
        return stream(args, app);
    }
    let text = args.schedule.as_deref().unwrap_or_default();
    let schedule = parse_argument(text)?;
    let zone = zone(&args.timezone)?;
    let after = args.after.unwrap_or_else(|| app.now());
    let profile = args.profile.unwrap_or_else(|| natural_profile(&schedule, &args.timezone, after));
    let next: Vec<_> = schedule.upcoming(after, &zone, profile).take(args.count as usize).collect();
    let answer = Answer { cron: text, timezone: &args.timezone, after, profile, next };
    app.screen.show(&answer, || people(&answer, &zone, app))
}

fn people(answer: &Answer<'_>, zone: &TimeZone, app: &App) -> String {
    if answer.next.is_empty() {
        return "It starts at no predictable time.\n".into();
    }
    let mut table = Table::new(&app.screen, ["START", "UTC", "IN"]);
    let relative = crate::output::Moments::Relative(app.now());
    for at in &answer.next {
        let local = at.to_zoned(zone.clone()).strftime("%a %Y-%m-%d %H:%M:%S%:z").to_string();
        table.row([local, at.to_string(), relative.write(*at)]);
    }
    table.text()
}

/// Answers line by line; a line that cannot be answered says why in its place.
fn stream(args: &Next, app: &App) -> Outcome {
    let mut failed = 0;
    for (n, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|e| Failure::new("standard input cannot be read").because(&e))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Line>(&line) {
            Ok(mut question) => match answer(&mut question, args, app) {
                Ok(()) => app.screen.json_line(&question)?,
                Err(error) => {
                    failed += 1;
                    app.screen.json_line(&LineError { line: n + 1, cron: Some(&question.cron), ..error })?;
                }
            },
            Err(error) => {
                failed += 1;
                let error =
                    LineError { line: n + 1, cron: None, error: error.to_string(), column: None, help: None };
                app.screen.json_line(&error)?;
            }
        }
    }
    match failed {
        0 => Ok(()),
        n => Err(Failure::of(Kind::Failed, format!("{n} lines could not be answered"))),
    }
}

fn answer(question: &mut Line, args: &Next, app: &App) -> Result<(), LineError<'static>> {
    let refuse = |error: String, column, help| LineError { line: 0, cron: None, error, column, help };
    let schedule = parse_schedule(&question.cron).map_err(|unreadable| match unreadable {
        ScheduleTextError::Cron(e) => refuse(e.to_string(), Some(e.column), Some(e.help)),
        e => refuse(e.to_string(), None, None),
    })?;
    let zone = TimeZone::get(&question.timezone)
        .map_err(|_| refuse(format!("`{}` is no known time zone", question.timezone), None, None))?;
    let after = *question.after.get_or_insert_with(|| args.after.unwrap_or_else(|| app.now()));
    let profile = question.profile.or(args.profile);
    let profile = profile.unwrap_or_else(|| natural_profile(&schedule, &question.timezone, after));
    let count = question.count.unwrap_or(args.count).min(10_000);
    question.next = schedule.upcoming(after, &zone, profile).take(count as usize).collect();
    Ok(())
}

use crontopus_manifest::parse_duration;
use crontopus_schedule::{Cron, CronError, Every, Schedule};
use jiff::tz::TimeZone;

use crate::failure::{Failure, Kind, Outcome};
use crate::output::plain;

/// Why a text is no schedule.
#[derive(Debug)]
pub(super) enum Unreadable {
    Cron(CronError),
    Every(String),
}

/// Reads a cron expression, a macro, `@reboot` or `every 15m`.
pub(super) fn parse(text: &str) -> Result<Schedule, Unreadable> {
    let text = text.trim();
    if text == "@reboot" {
        return Ok(Schedule::Reboot);
    }
    if let Some(duration) = text.strip_prefix("every ") {
        let duration = parse_duration(duration.trim()).map_err(|e| Unreadable::Every(e.to_string()))?;
        let every = Every::from_seconds(duration.as_secs()).map_err(|e| Unreadable::Every(e.to_string()))?;
        return Ok(Schedule::Every(every));
    }
    Cron::parse(text).map(|cron| Schedule::Cron(vec![cron])).map_err(Unreadable::Cron)
}

/// The same for the command line, where the place is pointed at.
pub(super) fn parse_argument(text: &str) -> Outcome<Schedule> {
    parse(text).map_err(|unreadable| match unreadable {
        Unreadable::Cron(error) => {
            let indent = " ".repeat(error.column.saturating_sub(1));
            let carets = "^".repeat(error.len.max(1));
            let shown = plain(text.trim());
            Failure::of(Kind::Failed, format!("{}\n  {shown}\n  {indent}{carets}", error.problem))
                .hint(error.help)
        }
        Unreadable::Every(problem) => Failure::of(Kind::Failed, format!("`{}`: {problem}", plain(text)))
            .hint("write it like `every 15m`"),
    })
}

pub(super) fn zone(name: &str) -> Outcome<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        Failure::of(Kind::Failed, format!("`{}` is no known time zone", plain(name)))
            .hint("write an IANA name such as Europe/Berlin")
    })
}

use crontopus_manifest::{ScheduleTextError, parse_schedule};
use crontopus_schedule::Schedule;
use jiff::tz::TimeZone;

use crate::failure::{Failure, Kind, Outcome};
use crate::output::plain;

/// Reads a schedule of the command line; where it is wrong is pointed at.
pub(super) fn parse_argument(text: &str) -> Outcome<Schedule> {
    parse_schedule(text).map_err(|unreadable| match unreadable {
        ScheduleTextError::Cron(error) => {
            let indent = " ".repeat(error.column.saturating_sub(1));
            let carets = "^".repeat(error.len.max(1));
            let shown = plain(text.trim());
            Failure::of(Kind::Failed, format!("{}\n  {shown}\n  {indent}{carets}", error.problem))
                .hint(error.help)
        }
        problem => Failure::of(Kind::Failed, format!("`{}`: {problem}", plain(text)))
            .hint("write it like `every 15m`"),
    })
}

pub(super) fn zone(name: &str) -> Outcome<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        Failure::of(Kind::Failed, format!("`{}` is no known time zone", plain(name)))
            .hint("write an IANA name such as Europe/Berlin")
    })
}

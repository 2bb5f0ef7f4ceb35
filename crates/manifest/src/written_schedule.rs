//! Schedules as people write them outside of a manifest: on a command line, in a form, in a request.

use std::time::Duration;

use crontopus_schedule::{Cron, CronError, Every, EveryError, Schedule};

use crate::duration::{DurationError, format_duration, parse_duration};

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleTextError {
    /// No cron expression: where, and how to mend it.
    #[error(transparent)]
    Cron(#[from] CronError),
    /// What follows `every` is no length of time.
    #[error(transparent)]
    Duration(#[from] DurationError),
    /// What follows `every` is no interval.
    #[error(transparent)]
    Every(#[from] EveryError),
}

/// Reads a cron expression, a macro such as `@daily`, `@reboot`, or `every 15m`.
///
/// # Errors
/// The first thing that is wrong.
pub fn parse_schedule(text: &str) -> Result<Schedule, ScheduleTextError> {
    let text = text.trim();
    if text == "@reboot" {
        return Ok(Schedule::Reboot);
    }
    if let Some(duration) = text.strip_prefix("every ") {
        let duration = parse_duration(duration.trim())?;
        return Ok(Schedule::Every(Every::from_seconds(duration.as_secs())?));
    }
    Ok(Schedule::Cron(vec![Cron::parse(text)?]))
}

/// Writes a schedule in one line: what [`parse_schedule`] reads; several expressions joined by `; `, and
/// `on demand`.
pub fn format_schedule(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Cron(crons) => crons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        Schedule::Every(every) => {
            format!("every {}", format_duration(Duration::from_secs(every.seconds().into())))
        }
        Schedule::Reboot => "@reboot".to_owned(),
        Schedule::OnDemand => "on demand".to_owned(),
    }
}

/// A schedule that [`format_schedule`] wrote, in plain English; a text that it did not write stays as it is.
pub fn describe_schedule(text: &str) -> String {
    read_schedule(text).map_or_else(|| text.to_owned(), |schedule| schedule.describe())
}

fn read_schedule(text: &str) -> Option<Schedule> {
    if text == "on demand" {
        return Some(Schedule::OnDemand);
    }
    if text.contains("; ") {
        return text.split("; ").map(Cron::parse).collect::<Result<_, _>>().ok().map(Schedule::Cron);
    }
    parse_schedule(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["0 2 * * *", "@daily", "@reboot", "every 15m", "every 1h30m", "0 9 LW * *"] {
            assert_eq!(format_schedule(&parse_schedule(text).unwrap()), text);
        }
        assert_eq!(format_schedule(&parse_schedule(" every  90m ").unwrap()), "every 1h30m");
    }

    #[test]
    fn what_is_written_is_said_in_words() {
        for (text, words) in [
            ("0 2 * * *", "at 02:00 every day"),
            ("0 2 * * *; 30 14 * * 1", "at 02:00 every day; and at 14:30 on Monday"),
            ("every 15m", "every 15m, counted from 1970-01-01 00:00 UTC"),
            ("@reboot", "when the host starts"),
            ("on demand", "only on demand"),
            ("<b>; whenever", "<b>; whenever"),
            ("", ""),
        ] {
            assert_eq!(describe_schedule(text), words);
        }
        for schedule in [
            Schedule::OnDemand,
            Schedule::Reboot,
            parse_schedule("every 90m").unwrap(),
            Schedule::Cron(vec![Cron::parse("@daily").unwrap(), Cron::parse("5 4 1 * *").unwrap()]),
        ] {
            assert_eq!(describe_schedule(&format_schedule(&schedule)), schedule.describe());
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, said) in [
            ("every 0s", "an interval of 0 never ends"),
            ("every soon", "is not a length of time"),
            ("every 400d", "longer than 366 days"),
            ("0 25 * * *", "25"),
        ] {
            let error = parse_schedule(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}

//! Whatever stands where an expression should: an answer or an error that points into it, soon. `PROPTEST_CASES` says
//! how long to go on.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use crontopus_schedule::{Cron, Guard, Profile, Schedule, render};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// Between the moments a search may have to look through: a leap day that falls on a Monday comes in 28 years.
fn check(text: &str) {
    let cron = match Cron::parse(text) {
        Ok(cron) => cron,
        Err(error) => {
            let end = error.column - 1 + error.len;
            assert!(error.column >= 1 && end <= text.chars().count() + 1, "{text:?}: {error:?}");
            return;
        }
    };
    cron.describe();
    let after: Timestamp = "2027-03-27T23:30:00Z".parse().unwrap();
    let schedule = Schedule::Cron(vec![cron]);
    for zone in ["UTC", "Europe/Berlin", "Australia/Lord_Howe"] {
        let tz = TimeZone::get(zone).unwrap();
        for profile in Profile::ALL {
            let mut last = after;
            for next in schedule.upcoming(after, &tz, profile).take(4) {
                assert!(next >= last, "{text:?} {zone} {profile:?}");
                last = next;
            }
            if let Some(before) = schedule.prev(after, &tz, profile) {
                assert!(before <= after, "{text:?} {zone} {profile:?}");
            }
            // Whether a scheduler can hold it is another question; it has an answer.
            render(&schedule, zone, "America/New_York", profile, after).ok();
        }
        Guard::new(schedule.clone(), zone).unwrap().due(after);
    }
}

proptest! {
    #[test]
    fn hostile_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn hostile_expressions(text in "[-0-9*/,?LWlw# \t@a-z~]{0,40}") {
        check(&text);
    }

    /// Five or six fields that look like fields.
    #[test]
    fn hostile_fields(fields in prop::collection::vec("(\\*|[0-9]{1,3})((/|-|,|#)[0-9]{1,3}){0,3}|L(-[0-9]{1,2})?|[0-9]{1,2}[LW]|mon|jan|\\?", 5..7)) {
        check(&fields.join(" "));
    }
}

#[test]
fn hostile_lengths() {
    for text in [
        "*".repeat(1 << 20),
        "1,".repeat(1 << 20),
        " ".repeat(1 << 20),
        format!("{} * * * *", "0-59/1,".repeat(100_000)),
        format!("{} * * * *", "9".repeat(1 << 20)),
        format!("@{}", "daily".repeat(1 << 18)),
    ] {
        if let Err(error) = Cron::parse(&text) {
            assert!(error.to_string().len() < 1 << 10, "an error does not repeat it all");
        }
    }
}

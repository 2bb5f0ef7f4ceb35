//! The shared vectors: next occurrences by Debian cron's rules, and of guarded expressions.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crontopus_schedule::{Cron, Profile, Schedule};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    cron: String,
    timezone: String,
    after: Timestamp,
    next: Vec<Timestamp>,
}

fn check(lines: &str, expected: usize, profile: Profile) {
    let mut seen = 0;
    for line in lines.lines() {
        let vector: Vector = serde_json::from_str(line).unwrap();
        let schedule = Schedule::Cron(vec![Cron::parse(&vector.cron).unwrap()]);
        let zone = TimeZone::get(&vector.timezone).unwrap();
        let found: Vec<Timestamp> =
            schedule.upcoming(vector.after, &zone, profile).take(vector.next.len()).collect();
        assert_eq!(found, vector.next, "{line}");
        for (at, before) in vector.next.iter().skip(1).zip(&vector.next) {
            let just_before = *at - jiff::SignedDuration::from_nanos(1);
            assert_eq!(schedule.prev(just_before, &zone, profile), Some(*before), "back from {at}: {line}");
            assert_eq!(schedule.prev(*at, &zone, profile), Some(*at), "at {at}: {line}");
        }
        seen += 1;
    }
    assert_eq!(seen, expected);
}

#[test]
fn debian_cron() {
    check(include_str!("vectors/cron-debian.jsonl"), 236, Profile::DebianCron);
}

#[test]
fn extended() {
    check(include_str!("vectors/cron-extended.jsonl"), 64, Profile::Guarded);
}

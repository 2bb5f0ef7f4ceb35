//! The real systemd reads our `OnCalendar=` values as we do. Left out, with a message, where
//! `systemd-analyze` is not installed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod expressions;
mod zones;

use std::collections::BTreeSet;
use std::process::Command;

use crontopus_schedule::{Cron, Every, Profile, Schedule, Unsupported, firing_profile, render};
use expressions::{any_cron, one};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use zones::{ZONES, zone};

#[expect(clippy::disallowed_methods, reason = "the test asks the real systemd")]
fn systemd_analyze() -> Command {
    Command::new("systemd-analyze")
}

fn is_missing() -> bool {
    let missing = systemd_analyze().arg("--version").output().is_err();
    if missing {
        println!("left out: systemd-analyze is not installed");
    }
    missing
}

/// The first `count` instants after `from`, as systemd tells them; fewer when there are no more.
fn elapses(entry: &str, from: Timestamp, count: usize) -> Result<Vec<i64>, String> {
    let output = systemd_analyze()
        .args([
            "calendar",
            &format!("--iterations={count}"),
            &format!("--base-time=@{}", from.as_second()),
            entry,
        ])
        .env("TZ", "UTC")
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("{entry}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let instants = text.lines().filter_map(|line| {
        let (label, value) = line.split_once(": ")?;
        let label = label.trim();
        if !(label.starts_with("Next elapse") || label.starts_with("Iter")) || value.trim() == "never" {
            return None;
        }
        let words: Vec<&str> = value.split_whitespace().collect();
        let [_, date, time, "UTC"] = words[..] else { return None };
        Some(format!("{date}T{time}Z").parse::<Timestamp>().unwrap().as_second())
    });
    Ok(instants.collect())
}

/// Compares the union of all entries with the schedule, from `from` as far as all of them reach.
fn compare(schedule: &Schedule, job: &str, from: Timestamp, count: usize) -> Result<(), TestCaseError> {
    let rendering = match render(schedule, job, "America/New_York", Profile::Systemd, from) {
        Ok(rendering) => rendering,
        Err(Unsupported::TooManyWakeUps { .. }) => return Ok(()),
        Err(error) => return Err(TestCaseError::fail(error.to_string())),
    };
    let mut horizon = from.as_second() + 731 * 86_400;
    let mut wake_ups = BTreeSet::new();
    for entry in &rendering.entries {
        let found = elapses(entry, from, count).map_err(TestCaseError::fail)?;
        if found.len() == count {
            horizon = horizon.min(found[count - 1]);
        }
        wake_ups.extend(found);
    }
    wake_ups.retain(|second| *second <= horizon);
    let found: BTreeSet<i64> = match &rendering.guard {
        None => wake_ups,
        Some(guard) => {
            let due = |second: &i64| guard.due(Timestamp::from_second(*second).unwrap());
            let dues = wake_ups.iter().filter_map(|second| Some((*second, due(second)?.as_second())));
            dues.filter(|(second, due)| second == due).map(|(second, _)| second).collect()
        }
    };
    let rule = firing_profile(Profile::Systemd, rendering.guard.is_some());
    let zone = zone(job);
    let expected: BTreeSet<i64> = schedule
        .upcoming(from, &zone, rule)
        .map(Timestamp::as_second)
        .take_while(|second| *second <= horizon)
        .collect();
    let difference: Vec<_> =
        found.symmetric_difference(&expected).map(|at| Timestamp::from_second(*at)).collect();
    prop_assert!(
        difference.is_empty(),
        "{schedule:?} in {job} from {from}: {:?} {difference:?}",
        rendering.entries
    );
    Ok(())
}

/// A little before a clock change of the zone, if it has any.
fn before_change(job: &str, which: usize) -> Timestamp {
    let start: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
    let change = zone(job).following(start).nth(which % 4).map(|change| change.timestamp());
    let last: Timestamp = "2027-12-01T00:00:00Z".parse().unwrap();
    change.filter(|change| *change < last).unwrap_or(start) - jiff::SignedDuration::from_hours(5)
}

#[test]
fn random_expressions_in_many_zones() {
    if is_missing() {
        return;
    }
    let mut runner = TestRunner::new(Config::with_cases(100));
    let cases = (any_cron(), prop::sample::select(&ZONES[..]), 0..4_usize);
    let result =
        runner.run(&cases, |(cron, job, which)| compare(&one(&cron), job, before_change(job, which), 60));
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn daily_expressions_over_two_years() {
    if is_missing() {
        return;
    }
    for text in ["30 2 * * *", "30 1 * * 1-6"] {
        for job in ["America/New_York", "Europe/Dublin", "Africa/Casablanca"] {
            let schedule = Schedule::Cron(vec![Cron::parse(text).unwrap()]);
            compare(&schedule, job, before_change(job, 0), 740).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn everyday_expressions_at_clock_changes() {
    if is_missing() {
        return;
    }
    let texts = [
        "0 * * * *",
        "*/15 * * * 0",
        "30 2 * * *",
        "30 1 * * *",
        "0 0 13 * 5",
        "0 0 */2 * 1",
        "*/30 1-3 * 3,11 *",
        "15,45 * 1 11 *",
    ];
    for text in texts {
        for job in ZONES {
            let schedule = Schedule::Cron(vec![Cron::parse(text).unwrap()]);
            compare(&schedule, job, before_change(job, 0), 50).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn seconds_and_intervals() {
    if is_missing() {
        return;
    }
    let from: Timestamp = "2026-10-31T23:00:00Z".parse().unwrap();
    for text in ["*/20 * * * * *", "5,59 30 1 * * *", "15 0 2 * * 0"] {
        let schedule = Schedule::Cron(vec![Cron::parse(text).unwrap()]);
        for job in ["UTC", "America/New_York", "Australia/Lord_Howe"] {
            compare(&schedule, job, from, 500).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    for seconds in [1, 20, 90, 900, 2_700, 5_400, 86_400, 90_000, 604_800] {
        let schedule = Schedule::Every(Every::from_seconds(seconds).unwrap());
        compare(&schedule, "America/New_York", from, 200).unwrap_or_else(|error| panic!("{error}"));
    }
}

//! What is written for cron fires when the schedule says: exactly by itself, or through the guard.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod expressions;
mod zones;

use std::collections::BTreeSet;

use crontopus_schedule::{Cron, Every, Profile, Rendering, Schedule, Unsupported, firing_profile, render};
use expressions::{any_cron, one};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use zones::{ZONES, zone};

const NOW: i64 = 1_795_390_200; // 2026-11-22T20:10:00Z
const TWO_YEARS: i64 = 731 * 86_400;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Stretches of the next two years: all of them for sparse schedules; for dense ones four days
/// around each change of either zone, around the new year and the leap day.
fn stretches(job: &str, host: &str, dense: bool) -> Vec<(i64, i64)> {
    if !dense {
        return vec![(NOW, NOW + TWO_YEARS)];
    }
    let mut centres = vec![1_798_761_600, 1_835_395_200];
    for name in [job, host] {
        let zone = zone(name);
        let changes = zone.following(at(NOW)).map(|change| change.timestamp().as_second());
        centres.extend(changes.take_while(|second| *second < NOW + TWO_YEARS - 2 * 86_400));
    }
    centres.into_iter().map(|second| (second - 2 * 86_400, second + 2 * 86_400)).collect()
}

fn instants(schedule: &Schedule, zone_name: &str, profile: Profile, (from, to): (i64, i64)) -> BTreeSet<i64> {
    let zone = zone(zone_name);
    let starts = schedule.upcoming(at(from), &zone, profile).take_while(|start| start.as_second() <= to);
    starts.map(Timestamp::as_second).collect()
}

/// The times at which cron itself would start the wrapper.
fn wake_ups(rendering: &Rendering, host: &str, profile: Profile, stretch: (i64, i64)) -> BTreeSet<i64> {
    let lines = rendering.entries.iter().map(|line| Cron::parse(line).unwrap());
    lines.flat_map(|line| instants(&Schedule::Cron(vec![line]), host, profile, stretch)).collect()
}

/// The times at which the wrapper then runs the job: each start is claimed once.
fn runs(rendering: &Rendering, wake_ups: &BTreeSet<i64>) -> BTreeSet<i64> {
    let Some(guard) = &rendering.guard else { return wake_ups.clone() };
    let mut claimed = BTreeSet::new();
    wake_ups
        .iter()
        .copied()
        .filter(|&second| {
            guard.due(at(second)).is_some_and(|due| {
                claimed.insert(due.as_second()) && due.as_second() > wake_ups.first().unwrap() - 1
            })
        })
        .collect()
}

fn check(
    schedule: &Schedule,
    job: &str,
    host: &str,
    profile: Profile,
    dense: bool,
) -> Result<(), TestCaseError> {
    let rendering = match render(schedule, job, host, profile, at(NOW)) {
        Ok(rendering) => rendering,
        Err(Unsupported::TooManyWakeUps { .. }) => return Ok(()),
        Err(error) => return Err(TestCaseError::fail(error.to_string())),
    };
    prop_assert_eq!(rendering.guard.is_some(), rendering.why.is_some());
    for entry in &rendering.entries {
        prop_assert!(entry.len() < 700, "{}", entry);
    }
    let rule = firing_profile(profile, rendering.guard.is_some());
    let (mut vain, mut days) = (0, 0);
    for stretch in stretches(job, host, dense) {
        let expected = instants(schedule, job, rule, stretch);
        let wake_ups = wake_ups(&rendering, host, profile, stretch);
        let runs = runs(&rendering, &wake_ups);
        let missing: Vec<_> = expected.difference(&runs).map(|second| at(*second)).collect();
        let wrong: Vec<_> = runs.difference(&expected).map(|second| at(*second)).collect();
        prop_assert!(
            missing.is_empty() && wrong.is_empty(),
            "{schedule:?} {job} on {host} {profile} {:?}: missing {missing:?}, wrong {wrong:?}",
            rendering.entries
        );
        vain += wake_ups.len() - expected.len();
        days += (stretch.1 - stretch.0) / 86_400;
    }
    if !dense {
        // At most 25 a day are accepted on average; two years can differ from it.
        prop_assert!(
            vain as i64 <= 35 * days,
            "{vain} vain wake-ups in {days} days: {:?}",
            rendering.entries
        );
    }
    Ok(())
}

fn is_dense(schedule: &Schedule) -> bool {
    schedule
        .upcoming(at(NOW), &zone("UTC"), Profile::Guarded)
        .nth(400)
        .is_some_and(|start| start.duration_since(at(NOW)) < SignedDuration::from_hours(24 * 40))
}

fn cron_profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(vec![Profile::DebianCron, Profile::Cronie, Profile::Busybox])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn in_the_jobs_own_zone(cron in any_cron(), name in prop::sample::select(&ZONES[..]), profile in cron_profile()) {
        let schedule = one(&cron);
        check(&schedule, name, name, profile, is_dense(&schedule))?;
    }

    #[test]
    fn on_a_host_elsewhere(cron in any_cron(), job in prop::sample::select(&ZONES[..]), host in prop::sample::select(&ZONES[..]), profile in cron_profile()) {
        let schedule = one(&cron);
        check(&schedule, job, host, profile, is_dense(&schedule))?;
    }

    #[test]
    fn lists_of_expressions(a in any_cron(), b in any_cron(), job in prop::sample::select(&ZONES[..]), profile in cron_profile()) {
        let schedule = Schedule::Cron(vec![a, b]);
        check(&schedule, job, "Europe/Berlin", profile, is_dense(&schedule))?;
    }

    #[test]
    fn intervals(minutes in 1..3_000u64, host in prop::sample::select(&ZONES[..]), profile in cron_profile()) {
        let schedule = Schedule::Every(Every::from_seconds(minutes * 60).unwrap());
        check(&schedule, "UTC", host, profile, is_dense(&schedule))?;
    }
}

/// Everyday schedules must be held everywhere; a random test may pass over what is refused.
#[test]
fn everyday_schedules_are_held_everywhere() {
    let texts = [
        "*/5 * * * *",
        "0 * * * *",
        "30 2 * * *",
        "0 9 * * 1-5",
        "*/15 9-17 * * 1-5",
        "0 0 1 * *",
        "0 12 13 * 5",
        "0 0 29 2 *",
        "30 1 L * *",
        "0 8 * * 1#1",
        "0 17 * * 5L",
        "0 6 LW * *",
        "0 6 15W * *",
        "10 0 1 1 *",
    ];
    for text in texts {
        let schedule = Schedule::Cron(vec![Cron::parse(text).unwrap()]);
        for job in ZONES {
            for host in ["UTC", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"] {
                for profile in [Profile::DebianCron, Profile::Busybox, Profile::Systemd] {
                    let rendering = render(&schedule, job, host, profile, at(NOW));
                    let entries = rendering.as_ref().map_or(0, |rendering| rendering.entries.len());
                    assert!((1..=14).contains(&entries), "{text} {job} on {host} {profile}: {rendering:?}");
                }
            }
        }
    }
    for minutes in [1, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1_440] {
        let schedule = Schedule::Every(Every::from_seconds(minutes * 60).unwrap());
        for host in ZONES {
            let rendering = render(&schedule, "UTC", host, Profile::DebianCron, at(NOW));
            assert!(rendering.is_ok(), "{minutes}m on {host}: {rendering:?}");
        }
    }
}

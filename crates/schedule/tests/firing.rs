//! Starts at clock changes: a table from the real programs, a minute-by-minute oracle, properties.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod expressions;
mod zones;

use crontopus_schedule::{Cron, Profile, Schedule};
use expressions::{any_cron, one, plain};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;
use zones::{ZONES, zone};

fn schedule(text: &str) -> Schedule {
    Schedule::Cron(vec![Cron::parse(text).unwrap()])
}

/// Starts in New York between two local times, as `hour:minute zone`.
fn starts(text: &str, profile: Profile, from: &str, to: &str) -> String {
    let new_york = zone("America/New_York");
    let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
    let schedule = schedule(text);
    let starts = schedule.upcoming(from, &new_york, profile).take_while(|at| *at <= to);
    starts
        .map(|at| at.to_zoned(new_york.clone()).strftime("%H:%M%Z").to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

fn gap(text: &str, profile: Profile) -> String {
    starts(text, profile, "2026-03-08T01:25:00-05:00", "2026-03-08T04:35:00-04:00")
}

fn overlap(text: &str, profile: Profile) -> String {
    starts(text, profile, "2026-11-01T00:25:00-04:00", "2026-11-01T02:35:00-05:00")
}

#[test]
fn debian_cron_as_measured() {
    for profile in [Profile::DebianCron, Profile::Cronie, Profile::Guarded] {
        assert_eq!(gap("30 2 * * *", profile), "03:00EDT");
        assert_eq!(gap("15,45 2 * * *", profile), "03:00EDT");
        assert_eq!(gap("30 2,3 * * *", profile), "03:00EDT 03:30EDT");
        assert_eq!(gap("30 0-3 * * *", profile), "01:30EST 03:00EDT 03:30EDT");
        assert_eq!(gap("*/15 2 * * *", profile), "");
        assert_eq!(gap("30 */2 * * *", profile), "04:30EDT");
        assert_eq!(overlap("30 1 * * *", profile), "01:30EDT");
        assert_eq!(overlap("15,45 1 * * *", profile), "01:15EDT 01:45EDT");
        assert_eq!(overlap("30 0-3 * * *", profile), "00:30EDT 01:30EDT 02:30EST");
        assert_eq!(overlap("0 * * * *", profile), "01:00EDT 01:00EST 02:00EST");
    }
}

#[test]
fn busybox_follows_the_wall_clock() {
    assert_eq!(gap("30 2 * * *", Profile::Busybox), "");
    assert_eq!(overlap("30 1 * * *", Profile::Busybox), "01:30EDT 01:30EST");
    assert_eq!(overlap("0 * * * *", Profile::Busybox), "01:00EDT 01:00EST 02:00EST");
}

#[test]
fn systemd_skips_and_runs_first() {
    assert_eq!(gap("30 2 * * *", Profile::Systemd), "");
    assert_eq!(overlap("30 1 * * *", Profile::Systemd), "01:30EDT");
    assert_eq!(overlap("*/30 1 * * *", Profile::Systemd), "01:00EDT 01:30EDT");
    assert_eq!(overlap("0 * * * *", Profile::Systemd), "01:00EDT 01:00EST 02:00EST");
}

#[test]
fn a_skipped_day_is_no_change_of_season() {
    // Samoa left out 30 December 2011: cron takes so large a jump for a clock that was set.
    let apia = zone("Pacific/Apia");
    let after: Timestamp = "2011-12-30T09:00:00Z".parse().unwrap();
    let next = schedule("30 2 30 12 *").next(after, &apia, Profile::DebianCron).unwrap();
    assert_eq!(next.to_string(), "2012-12-29T12:30:00Z");
}

#[test]
fn leap_days_are_found_across_2100() {
    let sunday_leap_day = schedule("0 0 29 2 */7");
    let starts: Vec<String> = sunday_leap_day
        .upcoming("2080-01-01T00:00:00Z".parse().unwrap(), &TimeZone::UTC, Profile::Guarded)
        .take(2)
        .map(|at| at.to_string())
        .collect();
    assert_eq!(starts, ["2088-02-29T00:00:00Z", "2128-02-29T00:00:00Z"]);
}

#[test]
fn the_end_of_time_is_no_panic() {
    for text in ["* * * * *", "0 0 29 2 *", "30 2 L * *"] {
        for name in ZONES {
            for profile in Profile::ALL {
                let (schedule, zone) = (schedule(text), zone(name));
                assert_eq!(schedule.next(Timestamp::MAX, &zone, profile), None);
                assert_eq!(schedule.prev(Timestamp::MIN, &zone, profile), None);
                let _last: Option<Timestamp> = schedule.prev(Timestamp::MAX, &zone, profile);
                let _first: Option<Timestamp> = schedule.next(Timestamp::MIN, &zone, profile);
            }
        }
    }
}

/// No two changes that restore an offset lie within six days of each other: the engine's short cut.
#[test]
fn no_season_is_shorter_than_six_days() {
    let (from, to): (Timestamp, Timestamp) =
        ("1971-01-01T00:00:00Z".parse().unwrap(), "2060-01-01T00:00:00Z".parse().unwrap());
    for name in jiff::tz::db().available() {
        let zone = zone(name.as_str());
        let changes: Vec<(Timestamp, i32)> = zone
            .following(from)
            .take_while(|change| change.timestamp() < to)
            .map(|change| (change.timestamp(), change.offset().seconds()))
            .collect();
        for three in changes.windows(3) {
            let apart = three[2].0.duration_since(three[1].0);
            let restores = three[0].1 == three[2].1 && three[1].1 != three[2].1;
            assert!(!restores || apart > SignedDuration::from_hours(144), "{name}: {three:?}");
        }
    }
}

/// What the fields say, read off a civil minute by brute force from the rendered text.
fn matches(cron: &Cron, zone: &TimeZone, minute: i64) -> bool {
    let at = Timestamp::from_second(minute * 60).unwrap().to_zoned(zone.clone());
    let text = cron.to_string();
    let fields: Vec<&str> = text.split(' ').collect();
    let holds = |field: &str, low: u32, high: u32, value: u32| {
        field.split(',').any(|part| {
            let (range, step) = part.split_once('/').unwrap_or((part, "1"));
            let (first, last) = match range {
                "*" => (low, high),
                _ => {
                    let (first, last) = range.split_once('-').unwrap_or((range, range));
                    (first.parse().unwrap(), last.parse().unwrap())
                }
            };
            (first..=last).step_by(step.parse().unwrap()).any(|known| known == value)
        })
    };
    let weekday = at.weekday().to_sunday_zero_offset() as u32;
    let dom = holds(fields[2], 1, 31, at.day() as u32);
    let dow = holds(fields[4], 0, 7, weekday) || weekday == 0 && holds(fields[4], 0, 7, 7);
    let and = fields[2].starts_with('*') || fields[4].starts_with('*');
    holds(fields[0], 0, 59, at.minute() as u32)
        && holds(fields[1], 0, 23, at.hour() as u32)
        && holds(fields[3], 1, 12, at.month() as u32)
        && if and { dom && dow } else { dom || dow }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Busybox's rule, bare wall clock, is easy to state: every minute that matches.
    #[test]
    fn wall_clock_agrees_with_a_scan_of_minutes(
        cron in plain(), name in prop::sample::select(&ZONES[..]), start in 0..(3 * 365 * 24 * 60_i64),
    ) {
        let zone = zone(name);
        let first = 29_454_240 + start; // minutes from 2026-01-01
        let expected = (first + 1..first + 3_000).find(|&minute| matches(&cron, &zone, minute));
        let after = Timestamp::from_second(first * 60).unwrap();
        let found = one(&cron).next(after, &zone, Profile::Busybox).map(|at| at.as_second() / 60);
        prop_assert_eq!(found.filter(|minute| *minute < first + 3_000), expected);
    }

    #[test]
    fn next_and_prev_are_consistent(
        cron in any_cron(), name in prop::sample::select(&ZONES[..]), start in 1_500_000_000..2_400_000_000_i64, nanos in 0..1_000_000_000,
    ) {
        let zone = zone(name);
        let after = Timestamp::new(start, nanos).unwrap();
        for profile in Profile::ALL {
            let schedule = one(&cron);
            let mut last = after;
            for at in schedule.upcoming(after, &zone, profile).take(20) {
                prop_assert!(at > last, "{cron} {name} {profile}: {at} after {last}");
                prop_assert_eq!(schedule.prev(at, &zone, profile), Some(at));
                if last != after {
                    let before = at - SignedDuration::from_nanos(1);
                    prop_assert_eq!(schedule.prev(before, &zone, profile), Some(last), "{} {} {}", cron, name, profile);
                    // Nothing lies between: asking from the middle gives the same answer.
                    let middle = last + SignedDuration::from_nanos((at.duration_since(last).as_nanos() / 2) as i64);
                    prop_assert_eq!(schedule.next(middle, &zone, profile), Some(at));
                    prop_assert_eq!(schedule.prev(middle, &zone, profile), Some(last));
                }
                last = at;
            }
        }
    }

    /// The same around the changes themselves, where the cases are.
    #[test]
    fn next_and_prev_are_consistent_at_changes(
        cron in any_cron(), name in prop::sample::select(&ZONES[..]), year in 2024..2030_i64, back in 0..200_i64,
    ) {
        let zone = zone(name);
        let new_year = Timestamp::from_second((year - 1970) * 31_556_952).unwrap();
        for change in zone.following(new_year).take(2) {
            let after = change.timestamp() - SignedDuration::from_mins(back);
            for profile in [Profile::DebianCron, Profile::Busybox, Profile::Systemd] {
                let schedule = one(&cron);
                let starts: Vec<Timestamp> = schedule.upcoming(after, &zone, profile).take(30).collect();
                for pair in starts.windows(2) {
                    prop_assert!(pair[0] < pair[1]);
                    let before = pair[1] - SignedDuration::from_nanos(1);
                    prop_assert_eq!(schedule.prev(before, &zone, profile), Some(pair[0]), "{} {} {}", cron, name, profile);
                }
            }
        }
    }

    #[test]
    fn display_parses_back(cron in any_cron()) {
        prop_assert_eq!(Cron::parse(&cron.to_string()).unwrap(), cron.clone());
        let json = serde_json::to_string(&cron).unwrap();
        prop_assert_eq!(serde_json::from_str::<Cron>(&json).unwrap(), cron);
    }
}

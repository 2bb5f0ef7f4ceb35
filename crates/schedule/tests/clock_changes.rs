//! What somebody is told of the days on which clocks change.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use crontopus_schedule::{Cron, Every, Fate, Profile, Schedule, clock_changes};
use jiff::tz::TimeZone;

/// `touched` is each change as `date fate local`.
fn check(schedule: &str, zone: &str, profile: Profile, touched: &[&str]) {
    let schedule = Schedule::Cron(vec![Cron::parse(schedule).unwrap()]);
    let zone = TimeZone::get(zone).unwrap();
    let (after, until) = ("2026-01-01T00:00:00Z".parse().unwrap(), "2027-01-01T00:00:00Z".parse().unwrap());
    let found = clock_changes(&schedule, &zone, profile, after, until);
    let text = |change: &crontopus_schedule::ClockChange| {
        let local = jiff::Timestamp::from_second(change.local).unwrap();
        let local = local.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string();
        format!("{} {:?} {local}", change.at.strftime("%Y-%m-%d"), change.fate)
    };
    let found: Vec<String> = found.iter().map(text).collect();
    assert_eq!(found, touched, "{schedule:?} {profile}");
}

#[test]
fn each_scheduler_has_its_own_way() {
    let berlin = "Europe/Berlin";
    check("30 2 * * *", berlin, Profile::DebianCron, &["2026-03-29 Moved 02:30", "2026-10-25 Once 02:30"]);
    check("30 2 * * *", berlin, Profile::Busybox, &["2026-03-29 Lost 02:30", "2026-10-25 Twice 02:30"]);
    check("30 2 * * *", berlin, Profile::Systemd, &["2026-03-29 Lost 02:30", "2026-10-25 Once 02:30"]);
    check("*/20 2 * * *", berlin, Profile::DebianCron, &["2026-03-29 Lost 02:00", "2026-10-25 Twice 02:00"]);
}

#[test]
fn most_schedules_are_not_touched() {
    for schedule in ["0 4 * * *", "30 2 * * 1", "15 * * * *", "*/5 * * * *", "30 2 1 * *"] {
        check(schedule, "Europe/Berlin", Profile::DebianCron, &[]);
    }
    check("30 2 * * *", "UTC", Profile::DebianCron, &[]);
    check("30 2 * * *", "Asia/Tokyo", Profile::Busybox, &[]);
}

#[test]
fn zones_change_at_their_own_hours() {
    let half = ["2026-04-04 Once 01:45", "2026-10-03 Moved 02:15"];
    check("45 1 * * *", "Australia/Lord_Howe", Profile::DebianCron, &half[..1]);
    check("15 2 * * *", "Australia/Lord_Howe", Profile::DebianCron, &half[1..]);
    check("30 23 * * *", "Africa/Cairo", Profile::DebianCron, &["2026-10-29 Once 23:30"]);
}

#[test]
fn elapsed_time_knows_no_clock() {
    let every = Schedule::Every(Every::from_seconds(5_400).unwrap());
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let (after, until) = ("2026-01-01T00:00:00Z".parse().unwrap(), "2030-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(clock_changes(&every, &zone, Profile::Busybox, after, until), []);
    assert_eq!(clock_changes(&Schedule::OnDemand, &zone, Profile::Busybox, after, until), []);
    // Every later year has its changes too, and each is told once.
    let daily = Schedule::Cron(vec![Cron::parse("30 2 * * *").unwrap(), Cron::parse("30 2 * * *").unwrap()]);
    let found = clock_changes(&daily, &zone, Profile::DebianCron, after, until);
    assert_eq!(found.len(), 8);
    assert!(found.iter().step_by(2).all(|change| change.fate == Fate::Moved), "{found:?}");
}

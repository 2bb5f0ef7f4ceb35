//! No false alarm and no missed one on the days on which clocks change, in twenty zones by the rules of every scheduler.

use crontopus_domain::{CheckIn, MonitorSpec, RunKey, RunStatus, Starter};
use crontopus_schedule::{Profile, Schedule};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::world::{GOOD, START, World, hourly};

/// Whole, half and two-hour changes, changes at midnight, a negative daylight time, changes that follow the moon, zones
/// of half and quarter hours, and zones without any change.
const ZONES: [&str; 20] = [
    "UTC",
    "America/New_York",
    "America/Los_Angeles",
    "America/Havana",
    "America/St_Johns",
    "America/Santiago",
    "America/Nuuk",
    "Atlantic/Azores",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Chisinau",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Antarctica/Troll",
];

/// Fixed times in and around the hours that are skipped or repeated, and times by the wildcard.
const CRONS: [&str; 6] =
    ["30 0 * * *", "30 1 * * *", "15 2 * * *", "0 0,3 * * *", "*/30 0-3 * * *", "20 */4 * * *"];

/// The days around the clock changes of 2027 in a zone; two days in January where there are none.
fn days(zone: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
    let year: Timestamp = "2027-01-02T00:00:00Z".parse().unwrap();
    let end: Timestamp = "2028-01-01T00:00:00Z".parse().unwrap();
    let changes = zone.following(year).map(|change| change.timestamp()).take_while(|at| *at < end);
    let around = |at: Timestamp| {
        let hours = |n| at.checked_add(Span::new().hours(n)).unwrap();
        (hours(-27), hours(27))
    };
    std::iter::once(year).chain(changes).map(around).collect()
}

/// What a host's scheduler starts between `from` and `to` is reported, but for the start number `missing`; what
/// became of the rows.
fn live(spec: &MonitorSpec, from: Timestamp, to: Timestamp, missing: Option<usize>) -> (World, Vec<i64>) {
    let mut world = World::armed_at(spec.clone(), from.as_millisecond());
    let zone = TimeZone::get(&spec.timezone).unwrap();
    let schedule = Schedule::Cron(spec.crons.clone());
    let starts = schedule.upcoming(from, &zone, spec.profile).take_while(|at| *at < to);
    let starts: Vec<i64> = starts.map(Timestamp::as_millisecond).collect();
    for (n, due) in starts.iter().enumerate() {
        // Just before it: whatever was overdue until then is decided.
        world.tick_at(due - 1);
        if missing == Some(n) {
            continue;
        }
        for (kind, after) in [(START, 900), (GOOD, 4_000)] {
            let signal = CheckIn::new(kind, RunKey::External(n.to_string()));
            world.receive(&signal, due + after);
        }
    }
    world.tick_at(to.as_millisecond());
    (world, starts)
}

#[test]
fn clock_changes_alarm_nobody() {
    for name in ZONES {
        let zone = TimeZone::get(name).unwrap();
        for (from, to) in days(&zone) {
            for (profile, cron) in Profile::ALL.iter().flat_map(|p| CRONS.map(|cron| (*p, cron))) {
                let spec = MonitorSpec {
                    crons: vec![cron.parse().unwrap()],
                    timezone: name.to_owned(),
                    profile,
                    starter: Starter::Agent,
                    late_ms: 240_000,
                    ..hourly()
                };
                let place = format!("{cron} by {profile} in {name} around {from}");
                let (world, starts) = live(&spec, from, to, None);
                let mut claimed: Vec<_> = world.rows.values().map(|run| run.expected_at).collect();
                claimed.sort();
                assert_eq!(claimed, starts.iter().copied().map(Some).collect::<Vec<_>>(), "{place}");
                assert!(world.statuses().iter().all(|status| *status == RunStatus::Succeeded), "{place}");
                assert_eq!(world.alarms(), "", "{place}");
                // One start in the middle, near the change, does not take place: that one is missed, and no other.
                let middle = starts.len() / 2;
                let (world, _) = live(&spec, from, to, Some(middle));
                let missed = world.rows.values().filter(|run| run.status == RunStatus::Missed);
                let missed: Vec<_> = missed.map(|run| run.expected_at).collect();
                assert_eq!(missed, [Some(starts[middle])], "{place}");
                assert!(world.alarms().starts_with("opened missed after 1"), "{place}");
            }
        }
    }
}

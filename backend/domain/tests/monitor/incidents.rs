use crontopus_domain::monitor::{close_incident, remove};
use crontopus_domain::{MonitorSpec, MonitorStatus};

use crate::world::{BAD, GOOD, START, World, at, hourly};

/// A story of `g`ood and `b`ad runs, one each hour, and what it does to incidents.
fn check(after: u32, recover: u32, story: &str, wanted: &str) {
    let spec = MonitorSpec { alert_after: after, recover_after: recover, ..hourly() };
    let mut world = World::armed(spec, "00:30:00");
    for (hour, run) in story.chars().enumerate() {
        world.send(if run == 'g' { GOOD } else { BAD }, &format!("{:02}:00:00", hour + 1));
    }
    assert_eq!(world.alarms(), wanted, "after {after}, recover {recover}: {story}");
}

#[test]
fn incidents_count_consecutive_runs() {
    check(1, 1, "ggg", "");
    check(1, 1, "gbg", "opened failed after 1, resolved recovered");
    check(1, 1, "bbg", "opened failed after 1, bad run 2, resolved recovered");
    check(3, 1, "bbgbb", "");
    check(3, 1, "bbbb", "opened failed after 3, bad run 4");
    check(1, 2, "bgbgg", "opened failed after 1, bad run 2, resolved recovered");
    check(1, 3, "bggbggg", "opened failed after 1, bad run 2, resolved recovered");
    check(12, 1, &"b".repeat(13), "opened failed after 12, bad run 13");
    check(
        1,
        1,
        "bgbg",
        "opened failed after 1, resolved recovered, opened failed after 1, resolved recovered",
    );
}

#[test]
fn an_old_failure_that_arrives_late_alarms_nobody() {
    let mut world = World::armed(hourly(), "00:30:00");
    for hour in ["01", "02", "03"] {
        world.send(GOOD, &format!("{hour}:00:00"));
    }
    world.report("old", BAD, "02:20:00", "03:30:00");
    assert_eq!((world.alarms().as_str(), world.state.status), ("", MonitorStatus::Ok));
    world.report("new", BAD, "03:31:00", "03:31:00");
    assert_eq!(world.alarms(), "opened failed after 1");
}

#[test]
fn a_late_report_resolves_what_only_the_miss_had_caused() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.tick("01:10:01");
    assert_eq!(world.alarms(), "opened missed after 1");
    let run = world.report("a", START, "01:00:05", "01:12:00");
    assert_eq!(world.alarms(), "opened missed after 1, resolved reported_late");
    assert_eq!(world.rows.keys().copied().collect::<Vec<_>>(), run.into_iter().collect::<Vec<_>>());

    let mut world = World::armed(hourly(), "00:30:00");
    world.send(BAD, "01:00:00");
    world.tick("02:10:01");
    world.report("a", BAD, "02:00:05", "02:12:00");
    assert_eq!(world.alarms(), "opened failed after 1, bad run 2", "a bad run in its place counts once");
}

#[test]
fn a_success_that_is_missing_for_too_long_is_told_once() {
    let spec = MonitorSpec { max_since_success_ms: Some(2 * 3_600_000), alert_after: 9, ..hourly() };
    let mut world = World::armed(spec, "00:30:00");
    world.send(BAD, "01:00:00");
    world.tick("02:29:59");
    assert_eq!(world.alarms(), "");
    world.tick("02:30:01");
    world.tick("02:40:00");
    assert_eq!(world.alarms(), "opened stale after 2");
    assert_eq!(world.state.status, MonitorStatus::Failing);
    world.send(GOOD, "03:00:00");
    assert_eq!(world.alarms(), "opened stale after 2, resolved recovered");
    world.tick("05:00:01");
    assert!(world.alarms().ends_with("opened stale after 1"), "{}", world.alarms());
}

#[test]
fn operators_and_removal_end_an_incident() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.send(BAD, "01:00:00");
    drop(world.apply(|state, _, _| close_incident(state, at("01:30:00"))));
    world.send(BAD, "02:00:00");
    assert_eq!(world.alarms(), "opened failed after 1, resolved operator, opened failed after 2");
    drop(world.apply(|state, subject, _| remove(state, subject, at("02:30:00"))));
    assert!(world.alarms().ends_with("resolved removed"));
    world.send(BAD, "03:00:00");
    assert!(world.alarms().ends_with("resolved removed"), "nothing is judged any more");
}

//! What is counted of runs.

use crontopus_domain::RunStatus::{Failed, Missed, Succeeded, TimedOut};
use crontopus_domain::{CheckInKind, RunStatus};

use crate::world::{BAD, GOOD, START, World, hourly};

fn counts(world: &World) -> Vec<(RunStatus, u64)> {
    world.state.tally.iter().collect()
}

#[test]
fn each_end_counts_once() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.report("a", START, "01:00:00", "01:00:00");
    assert!(world.state.tally.is_empty(), "a run that goes on has no end");
    world.report("a", CheckInKind::Heartbeat, "01:00:10", "01:00:10");
    world.report("a", GOOD, "01:00:20", "01:00:20");
    world.report("a", GOOD, "01:00:20", "01:00:30");
    world.report("b", BAD, "02:00:05", "02:00:05");
    assert_eq!(counts(&world), [(Succeeded, 1), (Failed, 1)]);
    assert_eq!(world.state.last_duration_ms, Some(20_000), "b's duration is not known");
    world.report("b", START, "02:00:00", "02:00:06");
    assert_eq!(counts(&world), [(Succeeded, 1), (Failed, 1)], "a late start ends nothing");
    assert_eq!(world.state.last_duration_ms, Some(5_000));
}

#[test]
fn what_is_decided_anew_counts_again() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.tick("01:30:00");
    assert_eq!(counts(&world), [(Missed, 1)]);
    world.report("a", GOOD, "01:00:30", "01:31:00");
    assert_eq!(counts(&world), [(Succeeded, 1), (Missed, 1)], "a counter never goes back");
    world.tick("01:40:00");
    assert_eq!(counts(&world), [(Succeeded, 1), (Missed, 1)]);
}

#[test]
fn a_late_end_of_what_timed_out_is_no_second_end() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.report("a", START, "01:00:00", "01:00:00");
    world.tick("01:30:00");
    world.report("a", GOOD, "01:40:00", "01:40:00");
    assert_eq!(counts(&world), [(TimedOut, 1)]);
    assert_eq!(world.state.last_duration_ms, Some(2_400_000));
}

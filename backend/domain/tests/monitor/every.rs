//! "At least so often": the next start is due so long after the last one, whatever was heard of first.

use crontopus_domain::{CheckIn, MonitorSpec, RunKey, RunStatus};
use crontopus_schedule::Every;
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::world::{GOOD, START, World, at, hourly};

const EVERY: i64 = 3_600_000;

fn every_hour() -> MonitorSpec {
    let every = Some(Every::from_seconds(3_600).unwrap());
    MonitorSpec { crons: Vec::new(), every, max_runtime_ms: None, ..hourly() }
}

#[test]
fn an_end_that_overtakes_its_start_puts_nothing_off() {
    let mut world = World::armed(every_hour(), "08:30:00");
    world.report("a", GOOD, "09:20:00", "09:20:00");
    assert_eq!(world.state.expected_at, Some(at("10:20:00")), "as far as is known then");
    world.report("a", START, "09:00:00", "09:20:05");
    assert_eq!(world.state.expected_at, Some(at("10:00:00")));
    assert_snapshot!(world.story(), @"09:30:00 09:00:00 09:20:00 succeeded");
    // Another run that began in between counts also when it was heard of while the guess held.
    world.report("b", GOOD, "09:50:00", "09:50:00");
    world.report("c", START, "09:40:00", "09:50:00");
    world.report("b", START, "09:10:00", "09:50:05");
    assert_eq!(world.state.expected_at, Some(at("10:40:00")));
    world.tick("10:51:00");
    assert_eq!(world.state.expected_at, Some(at("11:40:00")), "and nothing later");
}

#[test]
fn a_start_within_its_window_that_is_told_late_fills_its_miss() {
    let mut world = World::armed(every_hour(), "09:00:00");
    world.tick("10:10:01");
    assert_eq!(world.alarms(), "opened missed after 1");
    world.report("a", START, "10:05:00", "10:20:00");
    world.report("a", GOOD, "10:06:00", "10:20:00");
    assert_snapshot!(world.story(), @"10:00:00 10:05:00 10:06:00 succeeded (late report)");
    assert_snapshot!(world.alarms(), @"opened missed after 1, resolved reported_late");
    assert_eq!(world.state.expected_at, Some(at("11:05:00")));
    // What came after the window is the next one's, and the miss stays.
    let mut world = World::armed(every_hour(), "09:00:00");
    world.tick("10:10:01");
    world.report("a", GOOD, "10:10:30", "10:20:00");
    assert_eq!(world.statuses(), [RunStatus::Missed, RunStatus::Succeeded]);
    assert_eq!(world.state.expected_at, Some(at("11:10:30")));
    // A miss that was none no longer counts as a start either.
    let mut world = World::armed(every_hour(), "09:00:00");
    world.tick("10:10:01");
    world.report("a", GOOD, "09:30:00", "10:20:00");
    assert_eq!(world.state.expected_at, Some(at("10:30:00")));
}

proptest! {
    /// Runs with start, end, or both, in any order and some of it twice.
    #[test]
    fn the_next_start_follows_from_the_last_one(
        lives in proptest::collection::vec((0_i64..80, 0_i64..40, 0_u8..4), 1..10),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let begin = at("09:00:00");
        let mut signals = Vec::new();
        let mut last = begin - EVERY;
        for (n, (minute, took, what)) in lives.iter().enumerate() {
            let (started, ended) = (begin + minute * 60_000, begin + (minute + took) * 60_000);
            let signal = |kind, moment| {
                let mut signal = CheckIn::new(kind, RunKey::External(n.to_string()));
                signal.at = Some(moment);
                signal
            };
            if *what != 1 {
                signals.push(signal(START, started));
            }
            if *what != 0 {
                let mut end = signal(GOOD, ended);
                // A duration that is not what start and end say: the start holds.
                end.duration_ms = (*what == 3).then_some(took * 30_000);
                signals.push(end);
            }
            last = last.max(if *what == 1 { ended } else { started });
        }
        let mut world = World::armed(every_hour(), "08:30:00");
        let mut left: Vec<usize> = (0..signals.len()).collect();
        for index in order {
            let pick = index.index(signals.len());
            left.retain(|n| *n != pick);
            world.receive(&signals[pick], at("12:00:00"));
        }
        for n in left {
            world.receive(&signals[n], at("12:00:00"));
        }
        prop_assert_eq!(world.state.expected_at, Some(last.max(at("08:30:00")) + EVERY));
        let rows = world.rows.len();
        world.tick("14:30:00");
        let missed = world.rows.values().filter(|run| run.status == RunStatus::Missed).count();
        prop_assert_eq!(world.rows.len(), rows + missed);
    }
}

use crontopus_domain::volume::{BUDGET_MS, DAY_MINUTES, LONGEST_MS, MINUTE_MS, Reading, Turn, VolumeGuard};
use crontopus_domain::{Cause, Outage};
use proptest::prelude::*;

fn reading(heard: u32) -> Reading {
    Reading { width: 1, lanes: 10, silent: if heard < 50 { 10 } else { 0 }, heard }
}

/// Steps through minutes from 0; every outage that was stored, by its beginning.
fn explained(readings: impl IntoIterator<Item = Option<Reading>>) -> Vec<Outage> {
    let mut guard = VolumeGuard::default();
    let mut stored = std::collections::BTreeMap::new();
    for (minute, reading) in readings.into_iter().enumerate() {
        let (_, outage) = guard.step(minute as i64, reading);
        stored.extend(outage.map(|outage| (outage.from, outage)));
    }
    stored.into_values().collect()
}

#[test]
fn a_fall_that_does_not_end_explains_two_hours() {
    let mut guard = VolumeGuard::default();
    assert_eq!(guard.step(99, Some(reading(100))), (None, None));
    let from = 100 * MINUTE_MS;
    let outage = |to| Outage { from, to, cause: Cause::Volume };
    // What is decided until the next minute is read is explained too.
    assert_eq!(guard.step(100, Some(reading(0))), (Some(Turn::Fell), Some(outage(103 * MINUTE_MS))));
    assert_eq!(guard.step(101, Some(reading(0))), (None, Some(outage(104 * MINUTE_MS))));
    assert_eq!(guard.step(102, None), (None, Some(outage(105 * MINUTE_MS))), "silence about silence");
    let mut turns = Vec::new();
    for minute in 103..100 + 2 * DAY_MINUTES {
        let (turn, stored) = guard.step(minute, Some(reading(0)));
        turns.extend(turn.map(|turn| (minute, turn)));
        assert!(stored.is_none_or(|stored| stored.to <= from + LONGEST_MS), "{stored:?}");
        if minute > 100 + 2 * 60 {
            assert!(stored.is_none() || turn == Some(Turn::Settled), "{minute}");
        }
    }
    assert_eq!(turns, [(220, Turn::Spent), (99 + DAY_MINUTES, Turn::Settled)]);
    assert_eq!(guard.fall, None, "it is how things are now");
}

#[test]
fn it_is_over_when_most_is_back_for_two_minutes() {
    let mut guard = VolumeGuard::default();
    let turns = [100, 0, 0, 70, 0, 70, 70, 100].map(reading).into_iter().enumerate();
    let turns: Vec<_> =
        turns.filter_map(|(at, read)| Some((at, guard.step(at as i64, Some(read)).0?))).collect();
    assert_eq!(turns, [(1, Turn::Fell), (6, Turn::Recovered)]);
}

proptest! {
    /// Whatever is read, minute by minute for three days.
    #[test]
    fn silence_is_bounded(
        stretches in proptest::collection::vec((prop_oneof![Just(None), (0_u32..=100).prop_map(Some)], 1_usize..300), 1..120),
    ) {
        let readings = stretches.into_iter().flat_map(|(heard, minutes)| {
            std::iter::repeat_n(heard.map(reading), minutes)
        });
        let outages = explained(readings);
        for outage in &outages {
            prop_assert!(outage.to - outage.from <= LONGEST_MS, "{outage:?}");
            let day = outage.from..outage.from + DAY_MINUTES * MINUTE_MS;
            let began = outages.iter().filter(|other| day.contains(&other.from));
            let sum: i64 = began.map(|other| other.to - other.from).sum();
            prop_assert!(sum <= BUDGET_MS, "{sum} in the day from {outage:?}");
        }
    }

    /// A fall needs a time before it that was as usual.
    #[test]
    fn what_was_never_well_never_falls(heard in proptest::collection::vec(0_u32..80, 1..300)) {
        prop_assert_eq!(explained(heard.into_iter().map(|heard| Some(reading(heard)))), vec![]);
    }
}

use crontopus_domain::{CheckIn, CheckInKind, MonitorSpec, RunKey};
use proptest::prelude::*;

use crate::world::{BAD, GOOD, START, World, at, hourly};

/// One run: which hour it belongs to, how far its start is from it, how long it takes, how it ends.
#[derive(Debug, Clone)]
struct Life {
    hour: i64,
    offset: i64,
    took: i64,
    well: bool,
}

const BASE: &str = "00:30:00";

fn lives() -> impl Strategy<Value = Vec<Life>> {
    // At most one run for each hour: runs that compete for one start are not independent.
    let life = (-20i64..500, 1i64..1_100, any::<bool>());
    proptest::collection::vec(life, 1..12).prop_map(|lives| {
        let life = |(n, (offset, took, well)): (usize, (i64, i64, bool))| Life {
            hour: n as i64 + 1,
            offset: offset * 1_000,
            took: took * 1_000,
            well,
        };
        lives.into_iter().enumerate().map(life).collect()
    })
}

/// The two signals of a run, spooled: received together at the end of the day.
fn signals(life: &Life) -> [CheckIn; 2] {
    let started = at("00:00:00") + life.hour * 3_600_000 + life.offset;
    let key = RunKey::External(format!("run-{}", life.hour));
    let mut start = CheckIn::new(START, key.clone());
    start.at = Some(started);
    let mut end = CheckIn::new(if life.well { GOOD } else { BAD }, key);
    end.at = Some(started + life.took);
    [start, end]
}

fn received() -> i64 {
    at("14:00:00")
}

fn replay(signals: impl IntoIterator<Item = CheckIn>) -> World {
    let mut world = World::armed(hourly(), BASE);
    for signal in signals {
        world.receive(&signal, received());
    }
    world
}

/// Runs without what depends on arrival alone.
fn outcome(world: &World) -> Vec<String> {
    let runs = world.rows.values();
    let line = |r: &crontopus_domain::Run| {
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            r.id, r.status, r.expected_at, r.started_at, r.finished_at, r.duration_ms
        )
    };
    runs.map(line).collect()
}

/// Bad runs in a row; only the last eight verdicts are remembered exactly.
fn count_bad(world: &World) -> u32 {
    world.state.consecutive_bad().min(8)
}

proptest! {
    /// The order in which signals of independent runs arrive does not matter, nor whether an end overtakes
    /// its own start.
    #[test]
    fn order_does_not_matter(lives in lives(), seed in proptest::collection::vec(any::<u32>(), 24)) {
        let ordered: Vec<CheckIn> = lives.iter().flat_map(signals).collect();
        let mut keyed: Vec<_> = ordered.iter().cloned().zip(seed).collect();
        keyed.sort_by_key(|(_, key)| *key);
        let shuffled = replay(keyed.into_iter().map(|(signal, _)| signal));
        let straight = replay(ordered);
        prop_assert_eq!(outcome(&straight), outcome(&shuffled));
        prop_assert_eq!(straight.state.expected_at, shuffled.state.expected_at);
        prop_assert_eq!(straight.state.status, shuffled.state.status);
        prop_assert_eq!(count_bad(&straight), count_bad(&shuffled));
    }

    /// A signal that arrives twice, now or later, changes nothing.
    #[test]
    fn twice_is_once(lives in lives(), again in proptest::collection::vec(any::<prop::sample::Index>(), 1..8)) {
        let all: Vec<CheckIn> = lives.iter().flat_map(signals).collect();
        let once = replay(all.clone());
        let mut twice = once.clone();
        for index in again {
            let signal = index.get(&all);
            let before = (twice.state.clone(), twice.rows.clone());
            twice.receive(signal, received());
            prop_assert_eq!(&before, &(twice.state.clone(), twice.rows.clone()));
        }
    }

    /// Spooled signals after the sweep end in the same runs as signals that came in time.
    #[test]
    fn late_reports_heal_completely(lives in lives()) {
        let mut swept = World::armed(hourly(), BASE);
        swept.tick_at(received());
        let mut timely = World::armed(hourly(), BASE);
        for signal in lives.iter().flat_map(signals) {
            swept.receive(&signal, received());
            timely.receive(&signal, received());
        }
        timely.tick_at(received());
        prop_assert_eq!(outcome(&swept), outcome(&timely));
        prop_assert_eq!(count_bad(&swept), count_bad(&timely));
    }

    /// After a tick nothing is due any more, and ticking again changes nothing.
    #[test]
    fn a_tick_leaves_nothing_due(
        lives in lives(),
        kinds in proptest::collection::vec(0u8..5, 12),
        limit in proptest::option::of(60_000i64..3_600_000),
        stale in proptest::option::of(600_000i64..7_200_000),
        now in 0i64..86_400_000 * 3,
    ) {
        let spec = MonitorSpec { max_runtime_ms: limit, max_since_success_ms: stale, ..hourly() };
        let mut world = World::armed(spec, BASE);
        for (life, kind) in lives.iter().zip(kinds) {
            let [start, end] = signals(life);
            match kind {
                0 => drop(world.receive(&start, received())),
                1 => drop(world.receive(&end, received())),
                2 => drop(world.receive(&CheckIn { kind: CheckInKind::Heartbeat, ..start }, received())),
                3 => drop(world.receive(&CheckIn { kind: CheckInKind::Skipped, ..start }, received())),
                _ => drop([start, end].map(|s| world.receive(&s, received()))),
            }
        }
        let now = at(BASE) + now;
        world.tick_at(now);
        prop_assert!(world.state.deadline_at.is_none_or(|due| due > now), "{:?}", world.state);
        let before = (world.state.clone(), world.rows.clone(), world.incidents.len());
        world.tick_at(now);
        prop_assert_eq!(before, (world.state.clone(), world.rows.clone(), world.incidents.len()));
    }

    /// A state that was stored and read again is the same state.
    #[test]
    fn states_survive_storage(lives in lives()) {
        let mut world = replay(lives.iter().flat_map(signals));
        world.tick_at(received());
        let text = serde_json::to_string(&world.state).unwrap();
        prop_assert_eq!(serde_json::from_str::<crontopus_domain::MonitorState>(&text).unwrap(), world.state);
    }
}

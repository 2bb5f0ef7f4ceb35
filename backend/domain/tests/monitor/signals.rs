//! Every kind of signal of a run, in any order, any number of times.

use crontopus_domain::{Attempt, CheckIn, CheckInKind, MonitorSpec, RunKey, RunStatus};
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::world::{BAD, GOOD, START, World, at, hourly};

/// One run and what its sender says of it.
#[derive(Debug, Clone)]
struct Life {
    hour: i64,
    offset: i64,
    took: i64,
    well: bool,
    /// A success is said too, of a run that failed.
    contradicted: bool,
    /// It is said to be skipped too.
    skipped: bool,
    /// Its start is not reported; its duration is.
    startless: bool,
    heartbeats: i64,
    attempts: i64,
}

const BASE: &str = "00:30:00";

fn received() -> i64 {
    at("14:00:00")
}

/// What a life is drawn from: offset, length, heartbeats, attempts; and four words.
type Drawn = ((i64, i64, i64, i64), [bool; 4]);

fn lives() -> impl Strategy<Value = Vec<Life>> {
    let times = (-20i64..500, 10i64..1_100, 0i64..4, 0i64..3);
    let life = (times, any::<[bool; 4]>());
    proptest::collection::vec(life, 1..10).prop_map(|lives| {
        let life = |(n, (times, words)): (usize, Drawn)| {
            let (offset, took, heartbeats, attempts) = times;
            let [well, contradicted, skipped, startless] = words;
            Life {
                hour: n as i64 + 1,
                offset: offset * 1_000,
                took: took * 1_000,
                well,
                contradicted: contradicted && !well,
                skipped: skipped && heartbeats == 0,
                startless: startless && heartbeats == 0,
                heartbeats,
                attempts,
            }
        };
        lives.into_iter().enumerate().map(life).collect()
    })
}

fn signals(life: &Life) -> Vec<CheckIn> {
    let started = at("00:00:00") + life.hour * 3_600_000 + life.offset;
    let signal = |kind, moment| {
        let mut signal = CheckIn::new(kind, RunKey::External(format!("run-{}", life.hour)));
        signal.at = Some(moment);
        signal.host = Some("db-01".to_owned());
        signal
    };
    let attempt = |n: i64| Attempt {
        started_at: started + n * 100,
        duration_ms: 50,
        exit_status: Some(i32::from(n + 1 < life.attempts || !life.well)),
        signal: None,
    };
    let mut all = Vec::new();
    if !life.startless {
        let mut start = signal(START, started);
        start.metrics.insert("progress".to_owned(), 0.0);
        all.push(start);
    }
    for n in 0..life.heartbeats {
        let mut heartbeat = signal(CheckInKind::Heartbeat, started + (n + 1) * life.took / 10);
        heartbeat.metrics.insert("progress".to_owned(), n as f64 + 1.0);
        heartbeat.metrics.insert(format!("step-{n}"), 1.0);
        heartbeat.attempts = (0..life.attempts.min(n)).map(attempt).collect();
        all.push(heartbeat);
    }
    let mut end = signal(if life.well { GOOD } else { BAD }, started + life.took);
    end.exit_status = Some(i32::from(!life.well));
    end.duration_ms = life.startless.then_some(life.took);
    end.attempts = (0..life.attempts).map(attempt).collect();
    end.metrics.insert("rows".to_owned(), 7.0);
    end.metrics.insert("progress".to_owned(), 100.0);
    all.push(end);
    if life.contradicted {
        let mut success = signal(GOOD, started + life.took - 1_000);
        success.duration_ms = life.startless.then_some(life.took - 1_000);
        all.push(success);
    }
    if life.skipped {
        all.push(signal(CheckInKind::Skipped, started));
    }
    all
}

fn replay<'a>(signals: impl IntoIterator<Item = &'a CheckIn>) -> World {
    let mut world = World::armed(hourly(), BASE);
    for signal in signals {
        world.receive(signal, received());
    }
    world
}

/// Runs without what depends on arrival alone: their place in lists.
fn outcome(world: &World) -> Vec<String> {
    let line = |run: &crontopus_domain::Run| {
        let mut run = run.clone();
        run.at = 0;
        format!("{run:?}")
    };
    world.rows.values().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Starts, heartbeats, ends, contradictions and skips of independent runs end in the same runs, whatever
    /// their order.
    #[test]
    fn no_order_of_signals_matters(lives in lives(), seed in proptest::collection::vec(any::<u32>(), 90)) {
        let straight: Vec<CheckIn> = lives.iter().flat_map(signals).collect();
        let mut keyed: Vec<_> = straight.iter().zip(seed).collect();
        keyed.sort_by_key(|(_, key)| *key);
        let shuffled = replay(keyed.into_iter().map(|(signal, _)| signal));
        let straight = replay(&straight);
        prop_assert_eq!(outcome(&straight), outcome(&shuffled));
        prop_assert_eq!(straight.state.expected_at, shuffled.state.expected_at);
        prop_assert_eq!(straight.state.status, shuffled.state.status);
        prop_assert_eq!(straight.state.consecutive_bad(), shuffled.state.consecutive_bad());
        prop_assert_eq!(straight.state.open.len(), shuffled.state.open.len());
    }

    /// A signal that was seen changes nothing when it comes again, whatever came between.
    #[test]
    fn a_signal_seen_again_changes_nothing(
        lives in lives(),
        again in proptest::collection::vec(any::<prop::sample::Index>(), 1..12),
    ) {
        let all: Vec<CheckIn> = lives.iter().flat_map(signals).collect();
        let mut world = replay(&all);
        for index in again {
            let before = (world.state.clone(), world.rows.clone(), world.incidents.len());
            world.receive(index.get(&all), received());
            prop_assert_eq!(&before, &(world.state.clone(), world.rows.clone(), world.incidents.len()));
        }
    }
}

#[test]
fn a_failure_holds_against_a_success_of_the_same_run() {
    for kinds in [[GOOD, BAD], [BAD, GOOD]] {
        let mut world = World::armed(hourly(), "00:30:00");
        world.report("a", START, "01:00:00", "01:00:00");
        for kind in kinds {
            world.report("a", kind, "01:05:00", "01:05:00");
        }
        assert_eq!(world.story(), "01:00:00 01:00:00 01:05:00 failed", "{kinds:?}");
        assert_eq!(world.state.consecutive_bad(), 1, "{kinds:?}");
    }
}

#[test]
fn a_run_that_takes_place_was_not_skipped() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.report("a", CheckInKind::Skipped, "01:00:00", "01:00:00");
    assert_eq!(world.statuses(), [RunStatus::Skipped]);
    world.report("a", START, "01:00:01", "01:00:02");
    assert_eq!(world.statuses(), [RunStatus::Running]);
    world.report("a", GOOD, "01:02:00", "01:02:00");
    world.report("a", CheckInKind::Skipped, "01:00:00", "01:02:01");
    assert_snapshot!(world.story(), @"01:00:00 01:00:01 01:02:00 succeeded");
}

#[test]
fn attempts_are_gathered_while_a_run_goes_on() {
    let mut world = World::armed(hourly(), "00:30:00");
    let attempt =
        |at_ms, exit| Attempt { started_at: at_ms, duration_ms: 10, exit_status: Some(exit), signal: None };
    let (one, two) = (attempt(at("01:00:00"), 1), attempt(at("01:03:00"), 0));
    let mut signal = CheckIn::new(CheckInKind::Heartbeat, RunKey::External("a".into()));
    world.report("a", START, "01:00:00", "01:00:00");
    signal.attempts = vec![one.clone()];
    world.receive(&signal, at("01:02:00"));
    let mut end = CheckIn::new(GOOD, RunKey::External("a".into()));
    end.attempts = vec![two.clone(), one.clone()];
    world.receive(&end, at("01:04:00"));
    let run = world.rows.values().next().unwrap();
    assert_eq!((run.attempts.as_slice(), run.status), ([one, two].as_slice(), RunStatus::Succeeded));
    assert_eq!(world.rows.len(), 1, "they are one run");
}

#[test]
fn a_heartbeat_extends_the_time_limit_and_never_shortens_it() {
    let mut world = World::armed(MonitorSpec { max_runtime_ms: Some(600_000), ..hourly() }, "00:30:00");
    world.report("a", START, "01:00:00", "01:00:00");
    world.report("a", CheckInKind::Heartbeat, "01:08:00", "01:08:00");
    world.report("a", CheckInKind::Heartbeat, "01:02:00", "01:08:30");
    world.tick("01:17:59");
    assert_eq!(world.statuses(), [RunStatus::Running]);
    world.tick("01:18:01");
    assert_eq!(world.statuses(), [RunStatus::TimedOut]);
}

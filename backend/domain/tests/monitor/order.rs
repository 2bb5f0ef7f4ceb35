//! Every order of the signals of one run, contradictions and duplicates included.

use crontopus_domain::{Attempt, CheckIn, CheckInKind, MonitorSpec, Run, RunKey, Usage};
use proptest::prelude::*;

use crate::world::{World, at, hourly};

const BASE: &str = "00:30:00";

/// Any signal of the run `a`: what it says is drawn from so few values that signals agree and contradict each other.
fn signals() -> impl Strategy<Value = CheckIn> {
    let kinds = prop_oneof![
        Just(CheckInKind::Start),
        Just(CheckInKind::End { well: true }),
        Just(CheckInKind::End { well: false }),
        Just(CheckInKind::Skipped),
        Just(CheckInKind::Heartbeat),
    ];
    let times = (-20i64..2_000, proptest::option::of(0i64..1_500));
    let words = (0u8..3, 0u8..3, proptest::option::of(0i32..3), 0u8..3, 0i64..3);
    (kinds, times, words).prop_map(|(kind, (moment, took), (host, reason, exit, metric, attempt))| {
        let mut signal = CheckIn::new(kind, RunKey::External("a".to_owned()));
        // Coarse, so that moments collide.
        signal.at = Some(at("01:00:00") + moment / 100 * 100_000);
        signal.duration_ms = took.map(|took| took / 300 * 300_000);
        signal.host = (host > 0).then(|| format!("host-{host}"));
        signal.reason = (reason > 0).then(|| format!("because {reason}"));
        signal.exit_status = exit;
        signal.usage = Usage { user_ms: exit.map(i64::from), ..Usage::default() };
        signal.output_bytes = exit.map(|exit| i64::from(exit) * 10);
        if metric > 0 {
            signal.metrics.insert("rows".to_owned(), f64::from(metric));
            signal.metrics.insert(format!("m{metric}"), 1.0);
        }
        let tried = |n| Attempt { started_at: n, duration_ms: n, exit_status: exit, signal: None };
        signal.attempts = (0..attempt).map(tried).collect();
        signal
    })
}

/// The rows after the signals came in and everything that is overdue was decided. Their place in lists depends on
/// what came first, on purpose.
fn outcome(spec: &MonitorSpec, swept: bool, signals: &[&CheckIn]) -> (Vec<Run>, u32) {
    let mut world = World::armed(spec.clone(), BASE);
    if swept {
        world.tick("02:59:00");
    }
    for signal in signals {
        world.receive(signal, at("02:59:00"));
    }
    world.tick("03:00:00");
    let row = |run: &Run| Run { at: 0, ..run.clone() };
    (world.rows.values().map(row).collect(), world.state.consecutive_bad())
}

/// Calls `check` with every order of `items`.
fn permute<T: Copy>(items: &mut [T], fixed: usize, check: &mut impl FnMut(&[T])) {
    if fixed + 1 >= items.len() {
        return check(items);
    }
    for other in fixed..items.len() {
        items.swap(fixed, other);
        permute(items, fixed + 1, check);
        items.swap(fixed, other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// A run is a function of the set of its signals: every order of up to five, each once more anywhere, ends in
    /// the same rows, whether or not the sweep had taken the start for missed before.
    #[test]
    fn a_run_is_a_function_of_its_signals(
        signals in proptest::collection::vec(signals(), 1..5),
        again in any::<prop::sample::Index>(),
        often in any::<bool>(),
        swept in any::<bool>(),
        shortest in proptest::option::of(0i64..700_000),
        longest in proptest::option::of(300_000i64..1_300_000),
    ) {
        let crons = vec![if often { "*/20 * * * *" } else { "0 * * * *" }.parse().unwrap()];
        let spec = MonitorSpec { crons, min_runtime_ms: shortest, max_runtime_ms: longest, ..hourly() };
        let mut shown: Vec<_> = signals.iter().collect();
        let wanted = outcome(&spec, swept, &shown);
        shown.push(again.get(&signals));
        let mut failed = None;
        permute(&mut shown, 0, &mut |order| {
            if failed.is_none() && outcome(&spec, swept, order) != wanted {
                failed = Some(order.iter().map(|s| (*s).clone()).collect::<Vec<_>>());
            }
        });
        if let Some(order) = failed {
            let got = outcome(&spec, swept, &order.iter().collect::<Vec<_>>());
            let said = |s: &CheckIn| (s.kind, s.at, s.duration_ms, s.metrics.clone(), s.reason.clone());
            let order: Vec<_> = order.iter().map(said).collect();
            prop_assert_eq!(got, wanted, "{:?}", order);
        }
    }
}

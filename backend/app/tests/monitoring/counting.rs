//! What is counted is what a plain count of the runs says, whatever happened to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crontopus_app::tasks::counting::Counting;
use crontopus_app::tasks::retention::{Keep, Retention};
use crontopus_clock::{Entropy, SeededEntropy};
use crontopus_domain::statistics::{Counts, DAY_MS, Durations, SLOT_MS, Tally, start_of};
use crontopus_domain::{CheckInKind, RunKey};
use crontopus_ids::MonitorId;
use crontopus_store::testing::each;
use crontopus_store::{Paging, RecordedRun, RunFilter, Store, SystemScope, Tenant, TenantScope};
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, nightly, tenant};

/// What a day of a monitor should say.
type Days = BTreeMap<(MonitorId, i64), Tally>;

struct Dice(SeededEntropy);

impl Dice {
    fn roll(&self, sides: u64) -> i64 {
        (u64::from_le_bytes(self.0.bytes::<8>()) % sides) as i64
    }
}

/// Every run there is.
pub(crate) async fn all_runs(store: &Store) -> Vec<RecordedRun> {
    let mut read = store.read(TenantScope::of(tenant())).await.unwrap();
    let (mut runs, mut paging) = (Vec::new(), Paging::first(200));
    loop {
        let page = read.list_runs(&RunFilter::default(), &paging).await.unwrap();
        runs.extend(page.rows);
        match page.next {
            Some(next) => paging.after = Some(next),
            None => return runs,
        }
    }
}

/// A plain count of the runs there are.
async fn plain(store: &Store) -> (Days, BTreeMap<i64, Counts>) {
    let (mut days, mut slots) = (Days::new(), BTreeMap::<i64, Counts>::new());
    for RecordedRun { run, monitor_id, .. } in all_runs(store).await {
        days.entry((monitor_id, start_of(run.at, DAY_MS))).or_default().add(run.status, run.duration_ms);
        slots.entry(start_of(run.at, SLOT_MS)).or_default().add(run.status);
    }
    days.retain(|_, tally| !tally.counts.is_empty());
    slots.retain(|_, counts| !counts.is_empty());
    (days, slots)
}

/// What the service says.
async fn counted(store: &Store, monitors: &[MonitorId]) -> (Days, BTreeMap<i64, Counts>) {
    let mut read = store.read(TenantScope::of(tenant())).await.unwrap();
    let rows = read.list_days(monitors, 0, i64::MAX).await.unwrap();
    let days = rows.into_iter().map(|(monitor, day, tally)| ((monitor, day), tally));
    let slots = read.list_slots(0, i64::MAX).await.unwrap();
    (
        days.filter(|(_, tally)| !tally.counts.is_empty()).collect(),
        slots.into_iter().filter(|(_, counts)| !counts.is_empty()).collect(),
    )
}

/// How late starts from `floor` on were: by a plain count of the runs, and as the service says.
async fn lags(store: &Store, floor: i64) -> (Durations, Durations) {
    let mut plain = Durations::default();
    for RecordedRun { run, .. } in all_runs(store).await.into_iter().filter(|own| own.run.at >= floor) {
        if let (Some(expected), Some(started)) = (run.expected_at, run.started_at) {
            plain.add(started - expected);
        }
    }
    let mut read = store.read(TenantScope::of(tenant())).await.unwrap();
    (plain, read.sum_lags(floor, i64::MAX).await.unwrap())
}

async fn make_tenant(world: &World) {
    let mut tx = world.store.begin(SystemScope::for_sign_in()).await.unwrap();
    let (slug, name, timezone) = ("acme".into(), "Acme".into(), "UTC".into());
    tx.create_tenant(&Tenant { id: tenant(), slug, name, timezone, created_at: world.now() }).await.unwrap();
    tx.commit().await.unwrap();
}

/// Everything that can happen to a run in a day, by chance.
async fn a_day(world: &World, dice: &Dice, name: &str, day: i64) {
    let night = day * DAY_MS + 2 * 3_600_000;
    let set = |at: i64| world.clock.set(Timestamp::from_millisecond(at).unwrap());
    let key = RunKey::External(format!("{name}-{}", day - dice.roll(4).min(day)));
    let signal = |kind, key: &RunKey| world.signal(name, kind, key.clone());
    let well = dice.roll(4) > 0;
    match dice.roll(7) {
        0 | 1 => {
            set(night + dice.roll(500_000));
            world.submit(signal(CheckInKind::Start, &key)).await.ok();
            set(world.now() + dice.roll(3_000_000));
            world.submit(signal(CheckInKind::End { well }, &key)).await.ok();
        }
        // Nothing comes, and somebody watches: missed. Perhaps it is heard of later.
        2 | 3 => {
            set(night + 590_000);
            world.heartbeat.beat().await.unwrap();
            set(night + 601_000);
            world.sweep.round().await.unwrap();
            if dice.roll(2) == 0 {
                set(night + 7_200_000);
                let mut late = signal(CheckInKind::End { well }, &key);
                late.check_in.at = Some(night + 60_000 + dice.roll(400_000));
                late.check_in.duration_ms = Some(dice.roll(60_000));
                world.submit(late).await.ok();
            }
        }
        // Begins and is never heard of again: timed out. Or it is, in the end.
        4 => {
            set(night + dice.roll(60_000));
            world.submit(signal(CheckInKind::Start, &key)).await.ok();
            world.heartbeat.beat().await.unwrap();
            set(night + 3_700_000);
            world.sweep.round().await.unwrap();
            if dice.roll(2) == 0 {
                world.submit(signal(CheckInKind::End { well }, &key)).await.ok();
            }
        }
        // Something from days ago, perhaps twice.
        5 => {
            set(night + 9_000_000);
            let mut old = signal(CheckInKind::End { well }, &key);
            old.check_in.at = Some(world.now() - dice.roll(6) * DAY_MS - dice.roll(40_000_000));
            old.check_in.duration_ms = Some(dice.roll(100_000));
            world.submit(old.clone()).await.ok();
            world.submit(old).await.ok();
        }
        // The service was away.
        _ => {
            set(night + 20_000_000);
            world.sweep.round().await.unwrap();
        }
    }
}

async fn history(store: Store, seed: u64) {
    let world = World::at(store, "1970-02-01T00:00:00Z");
    make_tenant(&world).await;
    let (one, two) = (world.monitor(1, "one", &nightly()).await, world.monitor(2, "two", &nightly()).await);
    let (dice, clock) = (Dice(SeededEntropy::new(seed)), Arc::new(world.clock.clone()));
    let counting = Counting::new(world.store.clone(), clock.clone());
    let keep = Keep { run_days: 9, ..Keep::default() };
    let retention = Retention::new(world.store.clone(), clock, keep);
    let mut kept = Days::new();
    let mut kept_slots = BTreeMap::<i64, Counts>::new();
    let mut floor = 0;
    for day in 31..61 {
        for name in ["one", "two"] {
            world.clock.set(Timestamp::from_millisecond(day * DAY_MS).unwrap());
            a_day(&world, &dice, name, day).await;
        }
        if dice.roll(3) == 0 {
            counting.round().await.unwrap();
        }
        if dice.roll(5) == 0 {
            let before = start_of(world.now() - 9 * DAY_MS, DAY_MS);
            let (days, slots) = plain(&world.store).await;
            kept.extend(days.into_iter().filter(|((_, day), _)| (floor..before).contains(day)));
            kept_slots.extend(slots.into_iter().filter(|(slot, _)| (floor..before).contains(slot)));
            retention.round().await.unwrap();
            floor = floor.max(before);
        }
    }
    world.clock.set(Timestamp::from_millisecond(62 * DAY_MS).unwrap());
    counting.round().await.unwrap();
    assert_eq!(counting.round().await.unwrap(), 0, "nothing is left to count");
    let (mut days, mut slots) = plain(&world.store).await;
    days.retain(|(_, day), _| *day >= floor);
    slots.retain(|slot, _| *slot >= floor);
    days.extend(kept);
    slots.extend(kept_slots);
    let (found_days, found_slots) = counted(&world.store, &[one, two]).await;
    assert!(floor > 0 && days.len() > 10, "something was forgotten and something counted");
    assert_eq!(found_days, days, "seed {seed}");
    assert_eq!(found_slots, slots, "seed {seed}");
    let (plain, counted) = lags(&world.store, floor).await;
    assert!(plain.count() > 5, "some started that were expected: {plain:?}");
    assert_eq!(counted, plain, "seed {seed}");
    world.end().await;
}

#[tokio::test]
async fn whatever_happens_the_sums_are_those_of_the_runs() {
    for seed in [3, 41, 2_026] {
        each(|store| history(store, seed)).await;
    }
}

/// Two processes count while check-ins come in.
#[tokio::test]
async fn counting_beside_check_ins_loses_none() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:01Z");
        let mut monitors = Vec::new();
        for n in 1..=5 {
            monitors.push(world.monitor(n, &format!("job-{n}"), &nightly()).await);
        }
        let lane = |lane: i64| {
            let world = &world;
            async move {
                for n in 0..30 {
                    let mut signal = world.signal(
                        &format!("job-{}", (lane + n) % 5 + 1),
                        CheckInKind::End { well: n % 3 > 0 },
                        RunKey::External(format!("{lane}-{n}")),
                    );
                    signal.check_in.duration_ms = Some(n * 1_000);
                    world.submit(signal).await.unwrap();
                    world.clock.advance(SignedDuration::from_secs(2));
                }
            }
        };
        let count = || {
            let counting = Counting::new(world.store.clone(), Arc::new(world.clock.clone()));
            async move {
                for _ in 0..40 {
                    counting.round().await.unwrap();
                }
            }
        };
        let lanes = futures_util::future::join_all((0..8).map(lane));
        futures_util::future::join3(lanes, count(), count()).await;
        world.clock.advance(SignedDuration::from_hours(1));
        count().await;
        let found = counted(&world.store, &monitors).await;
        assert_eq!(found, plain(&world.store).await);
        let (told, counted) = lags(&world.store, 0).await;
        assert_eq!(counted, told);
        assert_eq!(found.0.values().map(|tally| tally.counts.total()).sum::<i64>(), 240);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_miss_that_a_late_start_fills_is_no_longer_counted() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        make_tenant(&world).await;
        let id = world.monitor(1, "backup", &nightly()).await;
        world.live_until("2026-11-24T02:10:01Z").await;
        let count = async || {
            world.clock.advance(SignedDuration::from_secs(20));
            Counting::new(world.store.clone(), Arc::new(world.clock.clone())).round().await.unwrap();
            counted(&world.store, &[id]).await.0
        };
        assert_eq!(count().await.values().map(|tally| tally.counts.missed).sum::<i64>(), 1);
        let mut start = world.signal("backup", CheckInKind::Start, RunKey::None);
        start.check_in.at = Some(world.now() - 60_000);
        world.submit(start).await.unwrap();
        assert_eq!(count().await, plain(&world.store).await.0);
        assert_eq!(count().await.values().map(|tally| tally.counts.missed).sum::<i64>(), 0);
        world.end().await;
    })
    .await;
}

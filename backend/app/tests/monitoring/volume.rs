//! When hardly anything comes in from anybody, silence is ours to explain; for so long, and no longer.

use crontopus_app::tasks::volume::VolumeWatch;
use crontopus_clock::Clock as _;
use crontopus_domain::volume::{LONGEST_MS, MINUTE_MS, Turn, Volume, compared};
use crontopus_domain::{CheckInKind, IncidentState, MonitorSpec, RunKey, RunStatus};
use crontopus_ids::TenantId;
use crontopus_store::testing::each;
use crontopus_store::{Store, SystemScope};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

use crate::world::{World, ms, nightly};

const GOOD: CheckInKind = CheckInKind::End { well: true };

/// Twelve tenants with twenty check-ins a minute each.
fn usual() -> Volume {
    let mut volume = Volume::NONE;
    for tenant in (0..12).map(TenantId::from_bits) {
        (0..20).for_each(|_| volume.note(tenant));
    }
    volume
}

fn watch(world: &World, node: &str) -> VolumeWatch {
    VolumeWatch::new(world.store.clone(), Arc::new(world.clock.clone()), world.ingest.clone(), node)
}

/// What another process counted in the minutes from `first` to before `past`.
async fn count(store: &Store, first: i64, past: i64, volume: &Volume) {
    let mut tx = store.begin(SystemScope::for_task("test")).await.unwrap();
    for minute in first..past {
        tx.save_minute(minute, "other", volume).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// As if it had been so for weeks, until `now`.
async fn history(world: &World) {
    let now = world.now().div_euclid(MINUTE_MS);
    let volume = usual();
    let mut tx = world.store.begin(SystemScope::for_task("test")).await.unwrap();
    let (first, last) = (now - 5, now + 200);
    for (from, _) in compared(first).skip(1) {
        for minute in from..=from + 10 + (last - first) {
            tx.save_minute(minute, "other", &volume).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

/// Lets a minute pass in which `volume` came in through another process; what the watch says of it.
async fn minute(world: &World, watch: &VolumeWatch, volume: &Volume) -> Option<Turn> {
    let this = world.now().div_euclid(MINUTE_MS);
    count(&world.store, this, this + 1, volume).await;
    let next = Timestamp::from_millisecond((this + 1) * MINUTE_MS).unwrap();
    while world.clock.now() < next {
        world.clock.advance(SignedDuration::from_secs(5));
        world.heartbeat.beat().await.unwrap();
    }
    world.clock.set(next + SignedDuration::from_secs(15));
    world.heartbeat.beat().await.unwrap();
    let turn = watch.round().await.unwrap();
    world.sweep.round().await.unwrap();
    turn
}

/// Every minute counts.
fn minutely() -> MonitorSpec {
    MonitorSpec {
        crons: vec!["*/10 * * * *".parse().unwrap()],
        late_ms: 150_000,
        max_runtime_ms: None,
        ..nightly()
    }
}

#[tokio::test]
async fn what_closes_in_a_fall_is_unknown_and_what_closes_after_it_is_missed() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T12:00:00Z");
        world.heartbeat.start().await.unwrap();
        history(&world).await;
        let watch = watch(&world, "this");
        let id = world.monitor(1, "backup", &minutely()).await;
        for _ in 0..9 {
            assert_eq!(minute(&world, &watch, &usual()).await, None);
        }
        assert_eq!(world.statuses().await, []);
        // From 12:09 on nothing comes in; the window of 12:10 closes at 12:12:30.
        assert_eq!(minute(&world, &watch, &Volume::NONE).await, Some(Turn::Fell));
        for _ in 0..5 {
            assert_eq!(minute(&world, &watch, &Volume::NONE).await, None);
        }
        let runs = world.runs().await;
        assert_eq!((runs.len(), runs[0].run.status), (1, RunStatus::Unknown));
        assert_eq!(runs[0].run.reason.as_deref(), Some("hardly anything came in from anybody"));
        assert_eq!(world.incidents().await, []);
        // What was kept meanwhile still fills it.
        let mut signal = world.signal("backup", GOOD, RunKey::External("spooled".into()));
        signal.check_in.at = Some(ms("2026-11-24T12:10:30Z"));
        world.submit(signal).await.unwrap();
        assert_eq!(world.statuses().await, [RunStatus::Succeeded]);

        assert_eq!(minute(&world, &watch, &usual()).await, None);
        assert_eq!(minute(&world, &watch, &usual()).await, Some(Turn::Recovered));
        for _ in 0..8 {
            assert_eq!(minute(&world, &watch, &usual()).await, None);
        }
        assert_eq!(
            world.statuses().await,
            [RunStatus::Missed, RunStatus::Succeeded],
            "the one of 12:20 is its own"
        );
        assert_eq!(world.incidents().await[0].state, IncidentState::Open);
        assert_eq!(world.find(id).await.state.consecutive_bad(), 1);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_fall_that_does_not_end_silences_for_two_hours() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T12:00:00Z");
        world.heartbeat.start().await.unwrap();
        history(&world).await;
        let watch = watch(&world, "this");
        world.monitor(1, "backup", &minutely()).await;
        assert_eq!(minute(&world, &watch, &usual()).await, None);
        let mut turns = Vec::new();
        for _ in 0..140 {
            let turn = minute(&world, &watch, &Volume::NONE).await;
            turns.extend(
                turn.map(|turn| (world.now() / MINUTE_MS - ms("2026-11-24T12:01:00Z") / MINUTE_MS, turn)),
            );
        }
        assert_eq!(turns, [(1, Turn::Fell), (121, Turn::Spent)]);
        let until = ms("2026-11-24T12:01:00Z") + LONGEST_MS;
        for row in world.runs().await {
            let wanted = if row.run.at <= until { RunStatus::Unknown } else { RunStatus::Missed };
            assert_eq!(row.run.status, wanted, "{:?}", row.run);
        }
        assert!(world.statuses().await.contains(&RunStatus::Missed));
        assert_eq!(world.incidents().await.len(), 1);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn one_tenant_alone_is_never_silenced() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T12:00:00Z");
        world.heartbeat.start().await.unwrap();
        let mut volume = Volume::NONE;
        (0..5_000).for_each(|_| volume.note(crate::world::tenant()));
        let now = world.now().div_euclid(MINUTE_MS);
        for (first, last) in compared(now).skip(1) {
            count(&world.store, first, last + 60, &volume).await;
        }
        let watch = watch(&world, "this");
        world.monitor(1, "backup", &minutely()).await;
        for n in 0..15 {
            let volume = if n < 5 { &volume } else { &Volume::NONE };
            assert_eq!(minute(&world, &watch, volume).await, None);
        }
        assert_eq!(world.statuses().await, [RunStatus::Missed]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn check_ins_are_counted_where_they_come_in_and_each_minute_is_read_once() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T12:00:20Z");
        world.monitor(1, "backup", &nightly()).await;
        let (one, two) = (watch(&world, "one"), watch(&world, "two"));
        assert_eq!(one.round().await.unwrap(), None);
        for _ in 0..3 {
            world.send("backup", GOOD).await;
        }
        world.clock.set("2026-11-24T12:02:16Z".parse().unwrap());
        let (first, second) = futures_util::future::join(one.round(), two.round()).await;
        assert_eq!((first.unwrap(), second.unwrap()), (None, None));
        let now = world.now().div_euclid(MINUTE_MS);
        let mut read = world.store.read(SystemScope::for_task("test")).await.unwrap();
        let minutes = read.list_minutes(now - 2, now).await.unwrap();
        let lane = Volume::lane(crate::world::tenant());
        let counted: Vec<_> =
            minutes.iter().map(|(minute, volume)| (minute - now, volume.of(lane))).collect();
        assert!(counted.contains(&(-2, 3)) && counted.contains(&(-1, 0)), "{counted:?}");
        let (minute, guard) = read.find_volume_guard().await.unwrap().unwrap();
        assert_eq!((minute, guard.reading), (now - 1, None), "too little to compare with");
        drop(read);
        let mut tx = world.store.begin(SystemScope::for_task("test")).await.unwrap();
        assert!(!tx.save_volume_guard(Some(now - 2), now, &guard).await.unwrap(), "somebody was first");
        tx.delete_minutes(now).await.unwrap();
        assert_eq!(tx.list_minutes(0, now - 1).await.unwrap(), []);
        drop(tx);
        world.end().await;
    })
    .await;
}

//! The service's own clock jumps: forward it excuses, back it lets nobody wait for what is long due.

use crontopus_domain::{CheckInKind, RunKey, RunStatus};
use crontopus_store::TenantScope;
use crontopus_store::testing::each;
use jiff::SignedDuration;

use crate::hosts::{agent, enrol, held};
use crate::world::{World, ms, nightly, tenant};

#[tokio::test]
async fn a_jump_ahead_misses_nothing() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:30:00Z");
        world.heartbeat.start().await.unwrap();
        world.monitor(1, "backup", &nightly()).await;
        world.live_until("2026-11-24T01:50:00Z").await;
        // An hour is gone in a moment, and the window with it.
        world.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(world.sweep.round().await.unwrap(), 1);
        assert_eq!(world.statuses().await, [RunStatus::Unknown]);
        assert!(world.incidents().await.is_empty());
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_jump_back_lets_no_word_of_a_host_be_awaited_for_hours() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        world.heartbeat.start().await.unwrap();
        enrol(&world).await;
        let id = world.monitor_on(1, "backup", &held(), Some(agent())).await;
        // Nothing was heard of the host since, so that what is overdue is looked at again and again.
        world.live_until("2026-11-24T02:01:01Z").await;
        let state = world.find(id).await.state;
        assert_eq!((state.recheck_at, state.deadline_at), (Some(world.now() + 5_000), state.recheck_at));

        world.clock.set("2026-11-23T20:00:00Z".parse().unwrap());
        assert_eq!(world.heartbeat.beat().await.unwrap(), None, "it was there all the time");
        assert_eq!(world.sweep.round().await.unwrap(), 1, "it is looked at by the clock as it is");
        let state = world.find(id).await.state;
        assert_eq!((state.recheck_at, state.deadline_at), (None, Some(ms("2026-11-24T02:01:00.001Z"))));
        assert_eq!(world.runs().await, []);
        let mut tx = world.store.begin(TenantScope::of(tenant())).await.unwrap();
        let seen = tx.lock_agent(agent()).await.unwrap().unwrap().seen_at;
        assert_eq!(seen, Some(world.now()), "nobody was heard of in the future");
        drop(tx);
        assert_eq!(world.heartbeat.beat().await.unwrap(), None);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_run_that_goes_on_over_a_jump_back_is_timed_out_in_its_time() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:00Z");
        world.heartbeat.start().await.unwrap();
        world.monitor(1, "backup", &nightly()).await;
        world.send("backup", CheckInKind::Start).await;
        world.clock.set("2026-11-24T00:30:00Z".parse().unwrap());
        world.heartbeat.beat().await.unwrap();
        world.sweep.round().await.unwrap();
        world.live_until("2026-11-24T01:29:00Z").await;
        assert_eq!(world.statuses().await, [RunStatus::Running]);
        world.live_until("2026-11-24T01:31:00Z").await;
        assert_eq!(world.statuses().await, [RunStatus::TimedOut]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_start_by_a_clock_that_was_set_back_is_no_outage_of_hours() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T06:00:00Z");
        world.heartbeat.start().await.unwrap();
        world.monitor(1, "backup", &nightly()).await;
        world.clock.set("2026-11-24T01:00:00Z".parse().unwrap());
        let outage = world.heartbeat.start().await.unwrap().unwrap();
        assert_eq!((outage.from, outage.to), (world.now() - 60_000, world.now() + 60_000));
        // From then on an outage is seen, although the clock once showed a later time.
        world.clock.advance(SignedDuration::from_hours(2));
        assert!(world.heartbeat.beat().await.unwrap().is_some());
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn clocks_of_two_processes_may_differ_a_little() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        world.heartbeat.start().await.unwrap();
        let id = world.monitor(1, "backup", &nightly()).await;
        let mut signal = world.signal("backup", CheckInKind::Start, RunKey::None);
        signal.check_in.at = Some(world.now());
        world.submit(signal).await.unwrap();
        let due = world.find(id).await.state.deadline_at;
        world.clock.set("2026-11-24T00:59:50Z".parse().unwrap());
        world.heartbeat.beat().await.unwrap();
        assert_eq!(world.find(id).await.state.deadline_at, due);
        world.end().await;
    })
    .await;
}

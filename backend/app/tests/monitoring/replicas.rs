//! Processes that come and go beside one that stays.

use crontopus_clock::Clock as _;
use crontopus_store::SystemScope;
use crontopus_store::testing::each;
use jiff::SignedDuration;

use crate::hosts::{agent, enrol, hear, held};
use crate::world::World;

async fn outages(world: &World) -> usize {
    let mut read = world.store.read(SystemScope::for_task("test")).await.unwrap();
    read.list_outages(0).await.unwrap().len()
}

#[tokio::test]
async fn a_start_beside_a_process_that_stays_is_no_outage() {
    each(|store| async move {
        let stays = World::named("stays", store.clone(), "2026-11-24T02:00:00Z");
        stays.heartbeat.start().await.unwrap();
        stays.clock.advance(SignedDuration::from_secs(5));
        stays.heartbeat.beat().await.unwrap();

        let fresh = World::named("fresh", store, "2026-11-24T02:00:07Z");
        let outage = fresh.heartbeat.start().await.unwrap();
        assert!(outage.is_some(), "whether somebody was there is not known yet");
        assert_eq!(outages(&fresh).await, 1);
        stays.clock.advance(SignedDuration::from_secs(5));
        stays.heartbeat.beat().await.unwrap();
        fresh.clock.advance(SignedDuration::from_secs(5));
        fresh.heartbeat.beat().await.unwrap();
        assert_eq!(outages(&fresh).await, 0);
        stays.end().await;
        fresh.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_start_after_the_last_process_ended_is_an_outage() {
    each(|store| async move {
        let ended = World::named("ended", store.clone(), "2026-11-24T02:00:00Z");
        ended.heartbeat.start().await.unwrap();
        let fresh = World::named("fresh", store, "2026-11-24T02:00:03Z");
        fresh.heartbeat.start().await.unwrap();
        for _ in 0..6 {
            fresh.clock.advance(SignedDuration::from_secs(5));
            fresh.heartbeat.beat().await.unwrap();
        }
        assert_eq!(outages(&fresh).await, 1);
        ended.end().await;
        fresh.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_host_is_lost_also_while_the_service_restarts_again_and_again() {
    each(|store| async move {
        let mut world = World::named("process-0", store.clone(), "2026-11-24T02:00:00Z");
        world.heartbeat.start().await.unwrap();
        enrol(&world).await;
        world.monitor_on(1, "backup", &held(), Some(agent())).await;
        hear(&world, 0).await;
        let mut lost_after = None;
        for n in 1..12 {
            for _ in 0..5 {
                world.clock.advance(SignedDuration::from_secs(5));
                world.heartbeat.beat().await.unwrap();
                if world.lost.round().await.unwrap().0 > 0 {
                    lost_after.get_or_insert(n);
                }
            }
            let now = (world.clock.now() + SignedDuration::from_secs(1)).to_string();
            world.end().await;
            world = World::named(&format!("process-{n}"), store.clone(), &now);
            world.heartbeat.start().await.unwrap();
        }
        // 90 seconds of silence that could have been broken, of 26 in which 24 count.
        assert_eq!(lost_after, Some(4));
        world.end().await;
    })
    .await;
}

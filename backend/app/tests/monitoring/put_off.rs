//! Check-ins that are refused because too many wait: whoever does not send them again is not called missing.

use crontopus_app::ingest::IngestError;
use crontopus_domain::{CheckInKind, RunKey, RunStatus};
use crontopus_ids::MonitorId;
use crontopus_store::testing::each;
use futures_util::future::join_all;

use crate::world::{World, nightly};

const GOOD: CheckInKind = CheckInKind::End { well: true };

#[tokio::test]
async fn a_refused_check_in_is_not_missed() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        world.heartbeat.start().await.unwrap();
        for (n, name) in [(1, "refused"), (2, "silent"), (3, "again")] {
            world.monitor(n, name, &nightly()).await;
        }
        world.live_until("2026-11-24T02:05:00Z").await;
        let limit = world.ingest.limit();
        let others = (0..limit).map(|_| world.signal("nobody", GOOD, RunKey::None));
        let signals = others.chain(["refused", "again"].map(|name| world.signal(name, GOOD, RunKey::None)));
        let answers = join_all(signals.map(|signal| world.ingest.submit(signal))).await;
        let refused: Vec<usize> =
            (0..answers.len()).filter(|n| matches!(answers[*n], Err(IngestError::Busy))).collect();
        assert_eq!(refused, [limit, limit + 1], "the last two found the queue full");
        world.send("again", GOOD).await;

        world.live_until("2026-11-24T02:10:01Z").await;
        let mut runs: Vec<_> = world
            .runs()
            .await
            .into_iter()
            .map(|row| (row.monitor_id, row.run.status, row.run.reason))
            .collect();
        runs.sort_by_key(|(id, ..)| *id);
        let why = Some("a check-in was put off".to_owned());
        assert_eq!(
            runs,
            [
                (MonitorId::from_bits(1), RunStatus::Unknown, why),
                (MonitorId::from_bits(2), RunStatus::Missed, None),
                (MonitorId::from_bits(3), RunStatus::Succeeded, None),
            ]
        );
        assert_eq!(world.outbox().await, ["opened"], "of the one that was silent");

        world.live_until("2026-11-25T02:10:01Z").await;
        let missed = world.statuses().await.into_iter().filter(|status| *status == RunStatus::Missed).count();
        assert_eq!(missed, 4, "the next night everybody is judged as always");
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_put_off_is_written_down_though_nothing_else_comes_in() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:05:00Z");
        let id = world.monitor(1, "refused", &nightly()).await;
        let others = (0..world.ingest.limit()).map(|_| world.signal("nobody", GOOD, RunKey::None));
        // A name that PostgreSQL refuses is in nobody's way.
        let refused = ["a\0b", "refused"].map(|name| world.signal(name, GOOD, RunKey::None));
        let signals = others.chain(refused);
        drop(join_all(signals.map(|signal| world.ingest.submit(signal))).await);
        while world.find(id).await.state.put_off.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(world.find(id).await.state.put_off, [world.now()]);
        world.ingest.settled().await.unwrap();
        world.end().await;
    })
    .await;
}

//! Check-ins that land while the sweep runs.

use crontopus_domain::{CheckInKind, IncidentState, RunKey, RunStatus};
use crontopus_ids::MonitorId;
use crontopus_store::testing::each;
use futures_util::future::{join, join_all};

use crate::world::{World, nightly};

const GOOD: CheckInKind = CheckInKind::End { well: true };

/// So many windows close at once.
const JOBS: u128 = 60;

async fn jobs(world: &World) {
    world.heartbeat.start().await.unwrap();
    for n in 1..=JOBS {
        world.monitor(n, &format!("job-{n}"), &nightly()).await;
    }
}

/// Submits a check-in of every job, of this moment.
async fn report(world: &World) {
    let submit =
        |n: u128| world.submit(world.signal(&format!("job-{n}"), GOOD, RunKey::External("a".into())));
    for taken in join_all((1..=JOBS).map(submit)).await {
        taken.unwrap();
    }
}

async fn sweep(world: &World) {
    for _ in 0..20 {
        // Another transaction may stand in the way; what was not decided is still due.
        world.sweep.round().await.ok();
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_came_in_before_a_deadline_is_applied_before_the_deadline_is() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:09:50Z");
        jobs(&world).await;
        // In the last moment of the window; the sweep of the next one finds them in the queue.
        world.clock.set("2026-11-24T02:10:00Z".parse().unwrap());
        let late = async {
            world.clock.set("2026-11-24T02:10:00.001Z".parse().unwrap());
            world.sweep.round().await.unwrap();
        };
        join(report(&world), late).await;
        assert!(world.statuses().await.iter().all(|status| *status == RunStatus::Succeeded));
        assert_eq!(world.runs().await.len(), JOBS as usize);
        assert_eq!(world.outbox().await, Vec::<String>::new(), "nobody was alarmed");
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_sweep_and_take_check_ins_at_once_lose_and_double_nothing() {
    each(|store| async move {
        let world = World::at(store.clone(), "2026-11-24T02:09:50Z");
        jobs(&world).await;
        let others =
            [World::at(store.clone(), "2026-11-24T02:10:01Z"), World::at(store, "2026-11-24T02:10:01Z")];
        world.clock.set("2026-11-24T02:10:00Z".parse().unwrap());
        join(report(&world), join(sweep(&others[0]), sweep(&others[1]))).await;
        let runs = world.runs().await;
        assert_eq!(runs.len(), JOBS as usize, "one row for each start");
        assert!(runs.iter().all(|row| row.run.status == RunStatus::Succeeded), "{runs:?}");
        assert!(world.incidents().await.iter().all(|incident| incident.state == IncidentState::Resolved));
        let told = world.outbox().await;
        let opened = told.iter().filter(|occasion| *occasion == "opened").count();
        assert_eq!(told.len(), 2 * opened, "whoever was alarmed was told that it is over: {told:?}");
        for n in 1..=JOBS {
            let state = world.find(MonitorId::from_bits(n)).await.state;
            assert_eq!((state.consecutive_bad(), state.incident), (0, None), "job-{n}");
        }
        for world in [&world, &others[0], &others[1]] {
            world.end().await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_waits_in_the_queue_of_another_process_is_not_missed() {
    each(|store| async move {
        let busy = World::named("busy", store.clone(), "2026-11-24T01:00:00Z");
        busy.heartbeat.start().await.unwrap();
        for (n, name) in [(1, "reports"), (2, "silent")] {
            busy.monitor(n, name, &nightly()).await;
        }
        busy.live_until("2026-11-24T02:09:50Z").await;
        let other = World::named("other", store, "2026-11-24T02:09:50Z");
        other.heartbeat.start().await.unwrap();
        busy.clock.set("2026-11-24T02:10:00Z".parse().unwrap());
        busy.heartbeat.beat().await.unwrap();
        let waiting = busy.signal("reports", GOOD, RunKey::None);
        for (now, judged) in [("2026-11-24T02:10:00.5Z", 0), ("2026-11-24T02:10:02Z", 0)] {
            other.clock.set(now.parse().unwrap());
            assert_eq!(other.sweep.round().await.unwrap(), judged, "{now}");
        }
        busy.submit(waiting).await.unwrap();
        other.clock.set("2026-11-24T02:10:02.001Z".parse().unwrap());
        assert_eq!(other.sweep.round().await.unwrap(), 1);
        let mut statuses = other.statuses().await;
        statuses.sort_unstable_by_key(|status| status.as_str());
        assert_eq!(statuses, [RunStatus::Missed, RunStatus::Succeeded]);
        assert_eq!(other.outbox().await, ["opened"], "of the one that was silent");
        busy.end().await;
        other.end().await;
    })
    .await;
}

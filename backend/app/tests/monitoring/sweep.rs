use crontopus_domain::{CheckInKind, IncidentKind, IncidentState, MonitorStatus, RunKey, RunStatus};
use crontopus_store::testing::each;

use crate::world::{World, ms, nightly};

const START: CheckInKind = CheckInKind::Start;
const GOOD: CheckInKind = CheckInKind::End { well: true };

#[tokio::test]
async fn a_job_that_never_reports_is_missed_at_its_first_start() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        world.heartbeat.start().await.unwrap();
        let id = world.monitor(1, "backup", &nightly()).await;
        world.live_until("2026-11-24T02:10:00Z").await;
        assert_eq!(world.runs().await, []);
        assert_eq!(world.find(id).await.state.status_at(world.now()), MonitorStatus::Late);
        world.live_until("2026-11-24T02:10:01Z").await;
        let runs = world.runs().await;
        assert_eq!(runs.len(), 1);
        assert_eq!((runs[0].run.status, runs[0].run.at), (RunStatus::Missed, ms("2026-11-24T02:00:00Z")));
        let incident = &world.incidents().await[0];
        assert_eq!((incident.kind, incident.state), (IncidentKind::Missed, IncidentState::Open));
        assert_eq!(world.outbox().await, ["opened"]);
        assert_eq!(world.find(id).await.state.deadline_at, Some(ms("2026-11-25T02:10:00.001Z")));
        assert_eq!(world.sweep.round().await.unwrap(), 0, "deciding twice decides once");
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_late_report_heals_a_miss() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        world.heartbeat.start().await.unwrap();
        world.monitor(1, "backup", &nightly()).await;
        world.live_until("2026-11-24T03:00:00Z").await;
        let missed = world.runs().await[0].run.id;
        for (kind, at) in [(START, "2026-11-24T02:00:05Z"), (GOOD, "2026-11-24T02:30:00Z")] {
            let mut signal = world.signal("backup", kind, RunKey::External("spooled".into()));
            signal.check_in.at = Some(ms(at));
            world.submit(signal).await.unwrap();
        }
        let runs = world.runs().await;
        assert_eq!(runs.len(), 1, "the row of the miss gave way");
        assert_ne!(runs[0].run.id, missed);
        assert_eq!(runs[0].run.status, RunStatus::Succeeded);
        assert_eq!(runs[0].run.reason.as_deref(), Some("late report"));
        let incident = &world.incidents().await[0];
        assert_eq!(incident.state, IncidentState::Resolved);
        assert_eq!(incident.first_run_id, Some(runs[0].run.id));
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_run_that_takes_too_long_is_timed_out_and_its_end_is_kept() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:00Z");
        world.heartbeat.start().await.unwrap();
        let id = world.monitor(1, "backup", &nightly()).await;
        world.send("backup", START).await;
        world.live_until("2026-11-24T03:00:01Z").await;
        assert_eq!(world.statuses().await, [RunStatus::TimedOut]);
        assert_eq!(world.incidents().await[0].kind, IncidentKind::TimedOut);
        world.send("backup", GOOD).await;
        let runs = world.runs().await;
        assert_eq!((runs.len(), runs[0].run.status), (1, RunStatus::TimedOut));
        assert_eq!(runs[0].run.finished_at, Some(world.now()));
        assert_eq!(world.find(id).await.state.open, []);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn our_own_outage_makes_nothing_missed() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        world.heartbeat.start().await.unwrap();
        let id = world.monitor(1, "backup", &nightly()).await;
        // The service ends here and starts again seven hours later.
        world.clock.set("2026-11-24T08:00:00Z".parse().unwrap());
        assert!(world.heartbeat.start().await.unwrap().is_some());
        world.sweep.round().await.unwrap();
        assert_eq!(world.statuses().await, [RunStatus::Unknown]);
        assert_eq!(world.incidents().await, []);
        assert_eq!(world.find(id).await.state.status, MonitorStatus::Unknown);
        // What was spooled meanwhile still fills it.
        let mut signal = world.signal("backup", GOOD, RunKey::None);
        signal.check_in.at = Some(ms("2026-11-24T02:05:00Z"));
        world.submit(signal).await.unwrap();
        assert_eq!(world.statuses().await, [RunStatus::Succeeded]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_process_that_was_stopped_notices_before_it_judges() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:59:00Z");
        world.heartbeat.start().await.unwrap();
        world.monitor(1, "backup", &nightly()).await;
        world.clock.set("2026-11-24T05:00:00Z".parse().unwrap());
        world.sweep.round().await.unwrap();
        assert_eq!(world.statuses().await, [RunStatus::Unknown]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn thousands_due_at_once_are_decided_in_one_round() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:00:00Z");
        world.heartbeat.start().await.unwrap();
        for n in 1..=1_050 {
            world.monitor(n, &format!("job-{n}"), &nightly()).await;
        }
        world.live_until("2026-11-24T02:09:59Z").await;
        world.clock.set("2026-11-24T02:10:00.002Z".parse().unwrap());
        assert_eq!(world.sweep.round().await.unwrap(), 1_050);
        assert!(world.statuses().await.iter().all(|s| *s == RunStatus::Missed));
        world.end().await;
    })
    .await;
}

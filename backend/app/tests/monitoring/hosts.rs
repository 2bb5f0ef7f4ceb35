use std::collections::BTreeMap;

use crontopus_app::ingest::{Door, Signal, Target};
use crontopus_domain::{
    CheckInKind, IncidentKind, IncidentState, MonitorSpec, MonitorStatus, RunKey, RunStatus, Starter,
};
use crontopus_ids::{AgentId, RunId};
use crontopus_store::testing::each;
use crontopus_store::{Agent, TenantScope};

use crate::world::{World, ms, nightly, tenant};

const GOOD: CheckInKind = CheckInKind::End { well: true };

pub(crate) fn agent() -> AgentId {
    AgentId::from_bits(5)
}

pub(crate) async fn enrol(world: &World) {
    let agent = Agent {
        tenant_id: tenant(),
        id: agent(),
        name: "db-01".into(),
        state: "online".into(),
        labels: BTreeMap::new(),
        repository: String::new(),
        machine: "m".into(),
        hostname: "db-01".into(),
        os: "linux".into(),
        arch: "x86_64".into(),
        version: "0.1.0".into(),
        scheduler: "debian-cron".into(),
        scheduler_running: true,
        timezone: "UTC".into(),
        tzdata_version: None,
        clock_offset_ms: None,
        seen_at: Some(world.now()),
        spooled: 0,
        applied_commit: None,
        confirmed_commit: None,
        jobs: 0,
        drift: 0,
        rolling: None,
        rolling_before: None,
        enrolled_at: world.now(),
    };
    let mut tx = world.store.begin(TenantScope::of(tenant())).await.unwrap();
    tx.create_agent(&agent).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn hear(world: &World, spooled: i64) {
    let mut tx = world.store.begin(TenantScope::of(tenant())).await.unwrap();
    let mut known = tx.lock_agent(agent()).await.unwrap().unwrap();
    known.state = "online".into();
    known.seen_at = Some(world.now());
    known.spooled = spooled;
    tx.update_agent_seen(&known).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) fn held() -> MonitorSpec {
    MonitorSpec { starter: Starter::Agent, late_ms: 60_000, ..nightly() }
}

fn reported(world: &World, at: &str) -> Signal {
    signal_of_agent(world, "backup", GOOD, RunKey::Own(RunId::from_bits(77)), ms(at))
}

/// A record of the host about a run of one of its jobs, from `at` (UTC milliseconds).
pub(crate) fn signal_of_agent(world: &World, name: &str, kind: CheckInKind, run: RunKey, at: i64) -> Signal {
    let mut signal = world.signal(name, kind, run);
    let (namespace, name) = ("ops".to_owned(), name.to_owned());
    signal.target = Target::AgentJob { tenant_id: tenant(), agent_id: agent(), namespace, name };
    signal.door = Door::Agent;
    signal.check_in.at = Some(at);
    signal
}

#[tokio::test]
async fn a_lost_host_is_one_incident_and_its_jobs_are_unknown() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:50:00Z");
        world.heartbeat.start().await.unwrap();
        enrol(&world).await;
        let id = world.monitor_on(1, "backup", &held(), Some(agent())).await;
        world.monitor_on(2, "report", &held(), Some(agent())).await;
        world.live_until("2026-11-24T01:51:29Z").await;
        assert_eq!(world.lost.round().await.unwrap(), (0, 0));
        world.live_until("2026-11-24T01:51:31Z").await;
        assert_eq!(world.lost.round().await.unwrap(), (1, 0));
        assert_eq!(world.lost.round().await.unwrap(), (0, 0), "once");
        assert_eq!(world.find(id).await.state.status, MonitorStatus::Unknown);
        world.live_until("2026-11-24T02:30:00Z").await;
        assert_eq!(world.statuses().await, [RunStatus::Unknown; 2]);
        let incidents = world.incidents().await;
        assert_eq!(incidents.len(), 1);
        assert_eq!(
            (incidents[0].kind, incidents[0].title.as_str()),
            (IncidentKind::HostSilent, "Host db-01 is silent")
        );

        // It is back; what it kept comes first, then expectations resume.
        hear(&world, 1).await;
        assert_eq!(world.lost.round().await.unwrap(), (0, 0), "it still has something to deliver");
        let run = world.submit(reported(&world, "2026-11-24T02:00:20Z")).await.unwrap();
        assert_eq!(run, RunId::from_bits(77), "the wrapper's id is the run's id");
        hear(&world, 0).await;
        assert_eq!(world.lost.round().await.unwrap(), (0, 1));
        let mut statuses = world.statuses().await;
        statuses.sort();
        assert_eq!(statuses, [RunStatus::Succeeded, RunStatus::Unknown]);
        assert_eq!(world.incidents().await[0].state, IncidentState::Resolved);
        assert_eq!(world.find(id).await.state.status, MonitorStatus::Ok);
        assert_eq!(world.outbox().await, ["opened", "resolved"]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_host_that_never_delivers_everything_is_believed_to_be_back_after_a_while() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:50:00Z");
        world.heartbeat.start().await.unwrap();
        enrol(&world).await;
        let id = world.monitor_on(1, "backup", &held(), Some(agent())).await;
        world.live_until("2026-11-24T01:52:00Z").await;
        assert_eq!(world.lost.round().await.unwrap(), (1, 0));
        // It beats all the time, and something stays in its spool.
        hear(&world, 5).await;
        for minute in 53..=59 {
            world.live_until(&format!("2026-11-24T01:{minute}:00Z")).await;
            hear(&world, 5).await;
            assert_eq!(world.lost.round().await.unwrap(), (0, 0), "{minute}");
        }
        world.live_until("2026-11-24T02:02:00Z").await;
        hear(&world, 5).await;
        assert_eq!(world.lost.round().await.unwrap(), (0, 0), "ten minutes from its return");
        world.live_until("2026-11-24T02:02:01Z").await;
        hear(&world, 5).await;
        assert_eq!(world.lost.round().await.unwrap(), (0, 1));
        assert_eq!(world.incidents().await[0].state, IncidentState::Resolved);
        assert!(!world.find(id).await.state.host_lost);
        // Lost and back once more, its patience begins anew.
        world.live_until("2026-11-24T02:05:00Z").await;
        assert_eq!(world.lost.round().await.unwrap(), (1, 0));
        hear(&world, 5).await;
        assert_eq!(world.lost.round().await.unwrap(), (0, 0));
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_miss_on_a_host_waits_for_word_from_it() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:59:50Z");
        world.heartbeat.start().await.unwrap();
        enrol(&world).await;
        world.monitor_on(1, "backup", &held(), Some(agent())).await;
        world.live_until("2026-11-24T02:00:30Z").await;
        hear(&world, 0).await;
        world.live_until("2026-11-24T02:01:10Z").await;
        assert_eq!(world.statuses().await, [], "nobody heard of the host since the window closed");
        hear(&world, 0).await;
        world.live_until("2026-11-24T02:01:30Z").await;
        assert_eq!(world.statuses().await, [RunStatus::Missed]);
        world.end().await;
    })
    .await;
}

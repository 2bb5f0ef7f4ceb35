use std::collections::BTreeMap;

use crontopus_app::ingest::{Door, IngestError, Outcome, Rejection, Target, kept_output};
use crontopus_domain::{
    CheckInKind, IncidentKind, IncidentState, MonitorSpec, MonitorStatus, OutputRule, RunKey, RunStatus,
    Usage,
};
use crontopus_ids::{AgentId, MonitorId, TenantId};
use crontopus_manifest::spec::Capture;
use crontopus_store::testing::each;
use crontopus_store::{Paging, RunFilter, RunOutput, TenantScope};

use crate::world::{World, ms, nightly, tenant};

const START: CheckInKind = CheckInKind::Start;
const GOOD: CheckInKind = CheckInKind::End { well: true };
const BAD: CheckInKind = CheckInKind::End { well: false };

#[tokio::test]
async fn a_start_and_an_end_are_one_run_that_claims_its_start() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:59:30Z");
        let id = world.monitor(1, "backup", &nightly()).await;
        assert_eq!(world.find(id).await.state.status_at(world.now()), MonitorStatus::Pending);
        let run = world.send("backup", START).await;
        assert_eq!(world.find(id).await.state.open_runs(), 1);
        world.clock.set("2026-11-24T02:10:00Z".parse().unwrap());
        let mut end = world.signal("backup", GOOD, RunKey::None);
        end.check_in.exit_status = Some(0);
        end.check_in.usage = Usage { user_ms: Some(5), system_ms: Some(6), max_rss_kib: Some(7) };
        end.check_in.metrics = BTreeMap::from([("rows".to_owned(), 1.5)]);
        end.check_in.environment = Some("a\0b".to_owned());
        end.output = Some(RunOutput {
            head: b"\x00\xffhi".to_vec(),
            tail: vec![b'x'; 9000],
            total_bytes: 10_000,
            dropped_bytes: 996,
        });
        assert_eq!(world.submit(end.clone()).await.unwrap(), run);
        let rows = world.runs().await;
        let one = &rows[0].run;
        assert_eq!(rows.len(), 1);
        assert_eq!((one.status, one.expected_at), (RunStatus::Succeeded, Some(ms("2026-11-24T02:00:00Z"))));
        assert_eq!((one.duration_ms, one.exit_status), (Some(630_000), Some(0)));
        assert_eq!(one.usage, end.check_in.usage);
        assert_eq!(one.metrics, end.check_in.metrics);
        assert_eq!(
            one.environment.as_deref().map(|e| e.replace(['\0', '\u{fffd}'], "?")),
            Some("a?b".into())
        );
        let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
        assert_eq!(read.find_run_output(run).await.unwrap(), end.output);
        assert_eq!(read.list_check_ins(id, 9).await.unwrap().len(), 2);
        let state = read.find_monitor(id).await.unwrap().unwrap().state;
        assert_eq!((state.status, state.expected_at), (MonitorStatus::Ok, Some(ms("2026-11-25T02:00:00Z"))));
        drop(read);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_failure_opens_an_incident_and_a_success_resolves_it() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:01Z");
        let id = world.monitor(1, "backup", &nightly()).await;
        let failed = world.send("backup", BAD).await;
        let incidents = world.incidents().await;
        assert_eq!(incidents.len(), 1);
        assert_eq!((incidents[0].kind, incidents[0].state), (IncidentKind::Failed, IncidentState::Open));
        assert_eq!(incidents[0].first_run_id, Some(failed));
        assert_eq!(incidents[0].title, "ops/backup failed");
        assert_eq!(world.find(id).await.state.status, MonitorStatus::Failing);
        world.send("backup", BAD).await;
        assert_eq!(world.incidents().await[0].bad_runs, 2);
        world.send("backup", GOOD).await;
        let incidents = world.incidents().await;
        assert_eq!((incidents.len(), incidents[0].state), (1, IncidentState::Resolved));
        assert_eq!(world.outbox().await, ["opened", "resolved"]);
        let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
        let timeline = read.list_incident_events(incidents[0].id).await.unwrap();
        let kinds: Vec<_> = timeline.iter().map(|e| e.kind.as_str()).collect();
        assert_eq!(kinds, ["opened", "bad_run", "resolved"]);
        drop(read);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn many_at_once_are_committed_together_and_each_is_answered() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:01Z");
        for n in 1..=20 {
            world.monitor(n, &format!("job-{n}"), &nightly()).await;
        }
        let signals: Vec<_> = (0..400u32)
            .map(|i| {
                let key = RunKey::External(format!("r{}", i / 40));
                world.signal(&format!("job-{}", i % 20 + 1), if i % 40 < 20 { START } else { BAD }, key)
            })
            .collect();
        let outcomes = world.ingest.submit_all(signals.clone()).await.unwrap();
        assert!(outcomes.iter().all(|o| matches!(o, Outcome::Accepted { run_id: Some(_) })));
        assert_eq!(world.runs().await.len(), 200);
        let open = world.incidents().await;
        assert_eq!(open.len(), 20, "one open incident for each monitor");
        assert!(open.iter().all(|i| i.bad_runs == 10));
        // The same once more changes nothing.
        let before = world.runs().await;
        assert_eq!(world.ingest.submit_all(signals).await.unwrap(), outcomes);
        assert_eq!(world.runs().await, before);
        assert_eq!(world.incidents().await, open);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn every_way_to_name_a_monitor_works_and_strangers_are_told_so() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:01Z");
        let id = world.monitor(1, "backup", &nightly()).await;
        let agent_id = AgentId::from_bits(5);
        let on_host = world.monitor_on(2, "backup", &nightly(), Some(agent_id)).await;
        let mut tx = world.store.begin(TenantScope::of(tenant())).await.unwrap();
        tx.set_check_in_key(Some(id), "hash-of-key", world.now()).await.unwrap();
        tx.set_check_in_key(None, "hash-of-tenant-key", world.now()).await.unwrap();
        tx.commit().await.unwrap();
        let (namespace, name) = ("ops".to_owned(), "backup".to_owned());
        let tenant_id = tenant();
        let stranger = TenantId::from_bits(9);
        let reject = |why| Err(Outcome::Rejected(why));
        for (target, wanted) in [
            (Target::Monitor { tenant_id, monitor_id: id }, Ok(id)),
            (Target::Job { tenant_id, namespace: namespace.clone(), name: name.clone() }, Ok(id)),
            (
                Target::AgentJob { tenant_id, agent_id, namespace: namespace.clone(), name: name.clone() },
                Ok(on_host),
            ),
            (Target::Key { hash: "hash-of-key".into() }, Ok(id)),
            (
                Target::TenantKey {
                    hash: "hash-of-tenant-key".into(),
                    namespace: namespace.clone(),
                    name: name.clone(),
                },
                Ok(id),
            ),
            (Target::Key { hash: "nothing".into() }, reject(Rejection::UnknownKey)),
            (Target::Key { hash: "hash-of-tenant-key".into() }, reject(Rejection::UnknownMonitor)),
            (
                Target::TenantKey {
                    hash: "hash-of-key".into(),
                    namespace: namespace.clone(),
                    name: name.clone(),
                },
                reject(Rejection::UnknownKey),
            ),
            (Target::Monitor { tenant_id: stranger, monitor_id: id }, reject(Rejection::UnknownMonitor)),
            (
                Target::Monitor { tenant_id, monitor_id: MonitorId::from_bits(99) },
                reject(Rejection::UnknownMonitor),
            ),
            (
                Target::Job { tenant_id: stranger, namespace: namespace.clone(), name: name.clone() },
                reject(Rejection::UnknownMonitor),
            ),
            (
                Target::Job { tenant_id, namespace: "x\0'; DROP".into(), name: name.clone() },
                reject(Rejection::UnknownMonitor),
            ),
        ] {
            let mut signal = world.signal("backup", GOOD, RunKey::None);
            signal.target = target.clone();
            signal.door = Door::Key;
            let outcome = world.ingest.submit(signal).await.unwrap();
            match wanted {
                Err(wanted) => assert_eq!(outcome, wanted, "{target:?}"),
                Ok(wanted) => {
                    let Outcome::Accepted { run_id: Some(run) } = outcome else {
                        panic!("{target:?}: {outcome:?}")
                    };
                    let mut read = world.store.read(TenantScope::of(tenant_id)).await.unwrap();
                    assert_eq!(read.find_run(run).await.unwrap().unwrap().monitor_id, wanted, "{target:?}");
                }
            }
        }
        let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
        let log = read.list_rejected_check_ins(&Paging::first(2)).await.unwrap();
        assert_eq!((log.rows.len(), log.rows[0].reason.as_str()), (2, "unknown_monitor"));
        let rest = Paging { limit: 50, after: log.next };
        assert_eq!(read.list_rejected_check_ins(&rest).await.unwrap().rows.len(), 1);
        drop(read);
        let mut read = world.store.read(TenantScope::of(stranger)).await.unwrap();
        assert_eq!(read.list_rejected_check_ins(&Paging::first(9)).await.unwrap().rows.len(), 2);
        assert_eq!(read.list_runs(&RunFilter::default(), &Paging::first(9)).await.unwrap().rows, []);
        assert_eq!(read.find_monitor(id).await.unwrap(), None);
        drop(read);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn lists_page_by_every_filter() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:01Z");
        let id = world.monitor(1, "backup", &nightly()).await;
        world.monitor(2, "report", &nightly()).await;
        for i in 0..10 {
            world.clock.advance(jiff::SignedDuration::from_secs(1));
            world.send("backup", if i % 2 == 0 { BAD } else { GOOD }).await;
            world.send("report", GOOD).await;
        }
        let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
        let job = Some(("ops".to_owned(), "backup".to_owned()));
        for (filter, wanted) in [
            (RunFilter::default(), 20),
            (RunFilter { job: job.clone(), ..RunFilter::default() }, 10),
            (RunFilter { monitor_id: Some(id), ..RunFilter::default() }, 10),
            (RunFilter { status: Some(RunStatus::Failed), ..RunFilter::default() }, 5),
            (RunFilter { status: Some(RunStatus::Succeeded), ..RunFilter::default() }, 15),
            (RunFilter { job, status: Some(RunStatus::Failed), ..RunFilter::default() }, 5),
            (RunFilter { agent_id: Some(AgentId::from_bits(1)), ..RunFilter::default() }, 0),
            (RunFilter { job: Some(("ops".into(), "nothing".into())), ..RunFilter::default() }, 0),
            (RunFilter { from: Some(world.now()), ..RunFilter::default() }, 2),
            (RunFilter { to: Some(world.now()), ..RunFilter::default() }, 18),
        ] {
            let (mut paging, mut seen) = (Paging::first(3), Vec::new());
            loop {
                let page = read.list_runs(&filter, &paging).await.unwrap();
                seen.extend(page.rows.into_iter().map(|r| (r.run.at, r.run.id)));
                let Some(next) = page.next else { break };
                paging.after = Some(next.to_string().parse().unwrap());
            }
            assert_eq!(seen.len(), wanted, "{filter:?}");
            assert!(seen.is_sorted_by(|a, b| (a.0, a.1.to_string()) > (b.0, b.1.to_string())), "{filter:?}");
        }
        drop(read);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_waits_at_shutdown_is_finished_and_nothing_more_is_taken() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:01Z");
        world.monitor(1, "backup", &nightly()).await;
        let waiting: Vec<_> =
            (0..50).map(|_| world.ingest.submit(world.signal("backup", GOOD, RunKey::None))).collect();
        let all = async {
            let mut taken = 0;
            for answer in waiting.into_iter().map(Box::pin) {
                taken += usize::from(answer.await.is_ok());
            }
            taken
        };
        let (taken, ()) = tokio::join!(all, world.end());
        assert_eq!(world.runs().await.len(), taken, "exactly what was answered is there");
        let refused = world.ingest.submit(world.signal("backup", GOOD, RunKey::None)).await;
        assert!(matches!(refused, Err(IngestError::Closed)), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn what_a_job_keeps_of_its_output_is_its_own_word() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T01:59:30Z");
        let rule = OutputRule { limit: 100_000, capture: Capture::Tail, of_success: false };
        world.monitor(1, "sized", &MonitorSpec { output: rule, ..nightly() }).await;
        let output: Vec<u8> = (0..300_000_u32).map(|n| (n % 253) as u8).collect();
        let kept = async |kind| {
            let mut signal = world.signal("sized", kind, RunKey::None);
            signal.output = kept_output(&output);
            let run = world.submit(signal).await.unwrap();
            let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
            read.find_run_output(run).await.unwrap()
        };
        let bad = kept(BAD).await.unwrap();
        assert_eq!((bad.total_bytes, bad.dropped_bytes), (300_000, 200_000));
        assert_eq!(bad.head.len() + bad.tail.len(), 100_000);
        assert!(output.starts_with(&bad.head) && output.ends_with(&bad.tail));
        assert_eq!(kept(GOOD).await, None);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn of_a_run_that_is_alive_for_long_the_last_signals_are_kept() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:00Z");
        let id = world.monitor(1, "backup", &nightly()).await;
        let run = RunKey::External("a".into());
        world.submit(world.signal("backup", CheckInKind::Start, run.clone())).await.unwrap();
        for _ in 0..12 {
            let mut batch = Vec::new();
            for _ in 0..50 {
                world.clock.advance(jiff::SignedDuration::from_secs(1));
                batch.push(world.signal("backup", CheckInKind::Heartbeat, run.clone()));
            }
            world.ingest.submit_all(batch).await.unwrap();
        }
        let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
        assert_eq!(read.count_check_ins(id).await.unwrap(), 601);
        let kept = read.list_check_ins(id, 1_000).await.unwrap();
        assert!((150..400).contains(&kept.len()), "{}", kept.len());
        for (n, signal) in kept.iter().enumerate() {
            assert_eq!((signal.at, signal.kind.as_str()), (world.now() - n as i64 * 1_000, "heartbeat"));
        }
        drop(read);
        world.end().await;
    })
    .await;
}

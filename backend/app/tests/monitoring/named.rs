//! Check-ins that name their job as clients of other monitors do.

use crontopus_app::ingest::{Door, Integration, Outcome, Proposal, Rejection, Signal, Target};
use crontopus_domain::{CheckIn, CheckInKind, RunKey};
use crontopus_ids::{DiscoveredId, MonitorId, TenantId};
use crontopus_store::testing::each;
use crontopus_store::{IntegrationKey, Paging, Store, SystemScope, TenantScope};

use crate::world::{World, nightly, tenant};

const GOOD: CheckInKind = CheckInKind::End { well: true };

async fn key(store: &Store, tenant: TenantId, kind: Integration, hash: &str) {
    let key = IntegrationKey { kind, hint: "hint".into(), created_at: 5, created_by: "ada".into() };
    let mut tx = store.begin(TenantScope::of(tenant)).await.unwrap();
    tx.set_integration(&key, hash).await.unwrap();
    tx.commit().await.unwrap();
}

fn slug(world: &World, hash: &str, slug: &str) -> Signal {
    let target = Target::Slug {
        hash: hash.into(),
        kinds: &[Integration::Cronitor, Integration::Healthchecks],
        project: None,
        slug: slug.into(),
    };
    Signal::new(Door::Cronitor, target, CheckIn::new(GOOD, RunKey::None), world.now())
}

async fn send(world: &World, signal: Signal) -> Outcome {
    world.ingest.submit(signal).await.unwrap()
}

fn rejected(why: Rejection) -> Outcome {
    Outcome::Rejected(why)
}

#[tokio::test]
async fn keys_slugs_and_ids_find_their_monitor_and_no_other() {
    each(|store| async move {
        let world = World::at(store.clone(), "2026-11-24T02:00:01Z");
        let id = world.monitor(1, "backup", &nightly()).await;
        world.monitor(2, "on-a-host", &nightly()).await;
        key(&store, tenant(), Integration::Cronitor, "c1").await;
        key(&store, tenant(), Integration::Sentry, "s1").await;
        key(&store, TenantId::from_bits(8), Integration::Cronitor, "c8").await;
        let taken = |outcome| matches!(outcome, Outcome::Accepted { run_id: Some(_) });
        for name in ["backup", "ops--backup", "ops/backup", "Backup", &id.to_string(), &id.uuid().to_string()]
        {
            assert!(taken(send(&world, slug(&world, "c1", name)).await), "{name}");
        }
        let nobody = MonitorId::from_bits(99);
        for (hash, name, why) in [
            ("c1", "nothing", Rejection::UnknownMonitor),
            ("c1", "dev--backup", Rejection::UnknownMonitor),
            ("c1", &*nobody.to_string(), Rejection::UnknownMonitor),
            ("c8", "backup", Rejection::UnknownMonitor),
            ("c8", &*id.to_string(), Rejection::UnknownMonitor),
            ("s1", "backup", Rejection::UnknownKey),
            ("x", "backup", Rejection::UnknownKey),
        ] {
            assert_eq!(send(&world, slug(&world, hash, name)).await, rejected(why), "{hash} {name}");
        }
        let by_id = |id| Signal { target: Target::Id(id), ..slug(&world, "", "") };
        assert!(taken(send(&world, by_id(id)).await));
        assert_eq!(send(&world, by_id(nobody)).await, rejected(Rejection::UnknownMonitor));
        // All of them in one batch are told apart as well.
        let names = ["backup", "nothing", "ops--backup"];
        let batch = names.map(|name| slug(&world, "c1", name)).to_vec();
        let outcomes = world.ingest.submit_all(batch).await.unwrap();
        assert_eq!(outcomes.iter().map(|o| taken(*o)).collect::<Vec<_>>(), [true, false, true]);

        let mut read = store.read(TenantScope::of(tenant())).await.unwrap();
        assert_eq!(read.list_integrations().await.unwrap().len(), 2);
        assert_eq!(read.count_check_ins(id).await.unwrap(), 9);
        drop(read);
        let mut tx = store.begin(TenantScope::of(tenant())).await.unwrap();
        assert!(tx.delete_integration(Integration::Cronitor).await.unwrap());
        assert!(!tx.delete_integration(Integration::Cronitor).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(send(&world, slug(&world, "c1", "backup")).await, rejected(Rejection::UnknownKey));
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_is_written_down_and_what_is_not_declared_is_remembered() {
    each(|store| async move {
        let world = World::at(store.clone(), "2026-11-24T02:00:01Z");
        let id = world.monitor(1, "backup", &nightly()).await;
        key(&store, tenant(), Integration::Healthchecks, "h1").await;
        let mut signal = slug(&world, "h1", "backup");
        signal.terms.refused = Some(Rejection::RateLimited);
        assert_eq!(send(&world, signal.clone()).await, rejected(Rejection::RateLimited));
        assert_eq!(world.runs().await.len(), 0);

        let proposal = Proposal { schedule: Some("0 3 * * *".into()), ..Proposal::default() };
        let mut signal = slug(&world, "h1", "ops--poll");
        signal.terms.discover = true;
        let twice = world.ingest.submit_all(vec![signal.clone(), signal.clone()]).await.unwrap();
        assert_eq!(twice, [Outcome::Discovered { is_new: true }, Outcome::Discovered { is_new: false }]);
        signal.terms.proposal = Some(proposal.clone());
        assert_eq!(send(&world, signal.clone()).await, Outcome::Discovered { is_new: false });
        signal.terms.proposal = None;
        send(&world, signal.clone()).await;
        let mut known = slug(&world, "h1", "backup");
        known.terms.proposal = Some(proposal.clone());
        send(&world, known.clone()).await;
        send(&world, known).await;

        let mut read = store.read(TenantScope::of(tenant())).await.unwrap();
        let lines = read.list_rejected_check_ins(&Paging::first(9)).await.unwrap().rows;
        assert_eq!((lines.len(), lines[0].reason.as_str()), (1, "rate_limited"));
        let found = read.list_discovered(&Paging::first(9)).await.unwrap().rows;
        assert_eq!((found.len(), found[0].check_ins, &found[0].proposal), (1, 4, &proposal));
        assert_eq!((found[0].namespace.as_deref(), found[0].name.as_str()), (Some("ops"), "poll"));
        assert_eq!(found[0].job_id, None);
        let said = read.find_proposal(id).await.unwrap().unwrap();
        assert_eq!((said.proposal, said.dialect.as_str()), (proposal, "cronitor"));
        assert_eq!(read.find_proposal(MonitorId::from_bits(2)).await.unwrap(), None);
        assert_eq!(read.find_discovered(DiscoveredId::from_bits(1)).await.unwrap(), None);
        drop(read);

        let mut tx = store.begin(TenantScope::of(tenant())).await.unwrap();
        assert!(tx.ignore_discovered(found[0].id, Some(7)).await.unwrap());
        assert_eq!(tx.find_discovered(found[0].id).await.unwrap().unwrap().ignored_at, Some(7));
        assert!(!tx.ignore_discovered(DiscoveredId::from_bits(1), None).await.unwrap());
        tx.commit().await.unwrap();
        let mut other = store.read(TenantScope::of(TenantId::from_bits(8))).await.unwrap();
        assert_eq!(other.list_discovered(&Paging::first(9)).await.unwrap().rows, []);
        drop(other);
        let mut tx = store.begin(SystemScope::for_task("test")).await.unwrap();
        assert_eq!(tx.delete_discovered(world.now(), 9).await.unwrap(), 0);
        assert_eq!(tx.delete_discovered(world.now() + 1, 9).await.unwrap(), 1);
        tx.commit().await.unwrap();
        world.end().await;
    })
    .await;
}

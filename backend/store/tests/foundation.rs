//! Scopes, commits, wake-ups and events, on both engines.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use std::time::Duration;

use crontopus_domain::EventKind;
use crontopus_ids::TenantId;
use crontopus_store::testing::{each, each_at};
use crontopus_store::{Store, SystemScope, TenantScope, Topic};

fn tenant(n: u128) -> TenantScope {
    TenantScope::of(TenantId::from_bits(n))
}

#[tokio::test]
async fn committed_events_are_numbered_and_belong_to_their_tenant() {
    each(|store| async move {
        let mut tx = store.begin(tenant(1)).await.unwrap();
        tx.emit(5, EventKind::RunChanged, "run_1", Some("ops/backup".into()));
        tx.emit(5, EventKind::RunChanged, "run_1", Some("ops/backup".into()));
        tx.emit(6, EventKind::MonitorChanged, "mon_1", None);
        tx.commit().await.unwrap();
        let mut tx = store.begin(SystemScope::for_task("test")).await.unwrap();
        tx.emit_of(TenantId::from_bits(1), 7, EventKind::RunChanged, "run_2", None);
        tx.emit_of(TenantId::from_bits(2), 7, EventKind::RunChanged, "run_3", None);
        tx.commit().await.unwrap();

        let mut read = store.read(tenant(1)).await.unwrap();
        let events = read.list_events(0, 100).await.unwrap();
        let seen: Vec<_> = events.iter().map(|e| (e.kind.as_str(), e.id.as_str())).collect();
        assert_eq!(seen, [("run.changed", "run_1"), ("monitor.changed", "mon_1"), ("run.changed", "run_2")]);
        assert!(events.is_sorted_by(|a, b| a.seq < b.seq));
        let rest = read.list_events(events[0].seq, 100).await.unwrap();
        assert_eq!(rest, events[1..]);
        assert_eq!(
            read.list_events(read_last(&mut store.read(tenant(1)).await.unwrap()).await, 9).await.unwrap(),
            []
        );
        assert!(read.has_events_since(0).await.unwrap());
        drop(read);
        let mut tx = store.begin(SystemScope::for_task("test")).await.unwrap();
        assert_eq!(tx.delete_events(7, 9).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mut read = store.read(tenant(1)).await.unwrap();
        assert!(!read.has_events_since(0).await.unwrap(), "the first commit's events are gone");
        assert!(read.has_events_since(events[1].seq).await.unwrap());
    })
    .await;
}

async fn read_last(read: &mut crontopus_store::Read<TenantScope>) -> i64 {
    read.last_event().await.unwrap()
}

#[tokio::test]
async fn what_is_not_committed_is_not_there_and_wakes_nobody() {
    each(|store| async move {
        let mut wake = store.subscribe(Topic::Events);
        let mut tx = store.begin(tenant(1)).await.unwrap();
        tx.emit(5, EventKind::RunChanged, "run_1", None);
        drop(tx);
        let mut tx = store.begin(tenant(1)).await.unwrap();
        tx.emit(5, EventKind::RunChanged, "run_2", None);
        tx.roll_back().await.unwrap();
        assert_eq!(store.read(tenant(1)).await.unwrap().list_events(0, 9).await.unwrap(), []);
        let mut tx = store.begin(tenant(1)).await.unwrap();
        tx.emit(5, EventKind::RunChanged, "run_3", None);
        tx.commit().await.unwrap();
        tokio::time::timeout(Duration::from_secs(5), wake.wait()).await.expect("a commit wakes");
        assert_eq!(store.read(tenant(1)).await.unwrap().list_events(0, 9).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn another_process_on_postgresql_is_woken() {
    each_at(|url| async move {
        if !url.starts_with("postgres") {
            return;
        }
        let (one, two) = (Store::open(&url).await.unwrap(), Store::open(&url).await.unwrap());
        one.migrate().await.unwrap();
        let mut wake = two.subscribe(Topic::Sync);
        // The second process may still be connecting its listener, so it is told until it hears.
        let tell = async {
            loop {
                let mut tx = one.begin(tenant(1)).await.unwrap();
                tx.wake(Topic::Sync);
                tx.commit().await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            () = tell => unreachable!("it tells for ever"),
            heard = tokio::time::timeout(Duration::from_secs(10), wake.wait()) => heard.expect("it hears"),
        }
        one.close().await;
        two.close().await;
    })
    .await;
}

#[tokio::test]
async fn connections_that_broke_while_they_rested_are_replaced() {
    each_at(|url| async move {
        if !url.starts_with("postgres") {
            return;
        }
        let store = Store::open(&url).await.unwrap();
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(store.read(tenant(1)).await.unwrap());
        }
        drop(all);
        while store.pools()[0].idle < 5 {
            tokio::task::yield_now().await;
        }
        // As a server that is restarted does with all of them.
        sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
             AND pid <> pg_backend_pid()",
        )
        .execute(&sqlx::PgPool::connect(&url).await.unwrap())
        .await
        .unwrap();
        for _ in 0..5 {
            store.read(tenant(1)).await.expect("another connection is taken");
            store.ping().await.expect("another connection is taken");
        }
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn migrating_again_or_at_once_is_harmless() {
    each_at(|url| async move {
        let store = Store::open(&url).await.unwrap();
        assert!(!store.pending_migrations().await.unwrap().is_empty());
        let other = Store::open(&url).await.unwrap();
        let (a, b) = tokio::join!(store.migrate(), other.migrate());
        a.unwrap();
        b.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap(), Vec::<String>::new());
        store.ping().await.unwrap();
        assert!(store.describe().await.unwrap().contains("SQL"));
        store.close().await;
        other.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_address_says_so() {
    for (url, wanted) in [
        ("mysql://somewhere/x", "neither a path"),
        ("", "neither a path"),
        ("/nowhere/at/all/x.db", "unavailable"),
        ("postgres://127.0.0.1:1/x", "unavailable"),
    ] {
        let error = Store::open(url).await.expect_err(url).to_string();
        assert!(error.contains(wanted), "{url}: {error}");
    }
}

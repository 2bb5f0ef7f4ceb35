//! What metrics are made of, on both databases.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use crontopus_domain::{Expectation, MonitorSpec, MonitorStatus, monitor};
use crontopus_ids::{JobId, MonitorId, TenantId};
use crontopus_store::testing::each;
use crontopus_store::{NewMonitor, Store, SystemScope, TenantScope};

fn tenant(n: u128) -> TenantScope {
    TenantScope::of(TenantId::from_bits(n))
}

async fn arm(store: &Store, owner: u128, n: u128, namespace: &str, name: &str) {
    let spec: MonitorSpec = serde_json::from_str(
        r#"{"crons": ["0 2 * * *"], "timezone": "UTC", "profile": "guarded", "starter": "elsewhere",
            "early_ms": 60000, "late_ms": 600000, "alert_after": 1, "recover_after": 1, "severity": "warning"}"#,
    )
    .unwrap();
    let expectation = Expectation::compile(spec.clone()).unwrap();
    let id = MonitorId::from_bits(n);
    let row = NewMonitor {
        id,
        job_id: JobId::from_bits(n),
        agent_id: None,
        namespace,
        name,
        host: None,
        spec: &spec,
        digest: "d",
    };
    let mut tx = store.begin(tenant(owner)).await.unwrap();
    tx.create_monitors(&[(row, monitor::arm(id, &expectation, 0))], 0).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_tenant_sees_its_own_monitors_in_order() {
    each(|store| async move {
        for (owner, n, namespace, name) in
            [(1, 1, "ops", "b"), (1, 2, "ops", "a"), (1, 3, "dev", "z"), (2, 4, "ops", "foreign")]
        {
            arm(&store, owner, n, namespace, name).await;
        }
        let mut read = store.read(tenant(1)).await.unwrap();
        let all = read.list_monitor_figures(None).await.unwrap();
        let names: Vec<_> = all.iter().map(|f| format!("{}/{}", f.namespace, f.name)).collect();
        assert_eq!(names, ["dev/z", "ops/a", "ops/b"]);
        assert!(all.iter().all(|f| f.status == MonitorStatus::Pending && !f.removed && f.host.is_none()));
        assert_eq!(read.list_monitor_figures(Some("ops")).await.unwrap().len(), 2);
        assert!(read.count_open_incidents().await.unwrap().is_empty());
        assert!(read.count_tenant_agents().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_counted_over_all_tenants() {
    each(|store| async move {
        arm(&store, 1, 1, "ops", "a").await;
        arm(&store, 2, 2, "ops", "b").await;
        let due = 7_800_001;
        let mut read = store.read(SystemScope::for_task("test")).await.unwrap();
        assert_eq!(read.sweep_backlog(due - 1).await.unwrap().waiting, 0);
        let backlog = read.sweep_backlog(due + 500).await.unwrap();
        assert_eq!((backlog.waiting, backlog.since), (2, Some(due)));
        assert_eq!(backlog.age_ms(due + 500), 500);
        assert_eq!(read.outbox_backlog(due).await.unwrap().waiting, 0);
        assert_eq!(read.sync_backlog(due).await.unwrap().age_ms(due), 0);
        assert!(read.count_repositories().await.unwrap().is_empty());
        drop(read);
        assert!(store.size().await.unwrap() > 4_096);
        assert!(store.pools().iter().all(|pool| pool.idle <= pool.open && pool.open <= pool.limit));
    })
    .await;
}

use std::sync::Arc;

use crontopus_app::tasks::retention::{Keep, Retention};
use crontopus_domain::{CheckInKind, RunKey};
use crontopus_store::testing::each;
use crontopus_store::{RunOutput, SystemScope, Tenant, TenantScope};

use crate::world::{World, nightly, tenant};

#[tokio::test]
async fn old_rows_go_and_young_ones_stay() {
    each(|store| async move {
        let world = World::at(store, "2026-01-10T00:00:00Z");
        let mut tx = world.store.begin(SystemScope::for_sign_in()).await.unwrap();
        tx.create_tenant(&Tenant {
            id: tenant(),
            slug: "acme".into(),
            name: "Acme".into(),
            timezone: "UTC".into(),
            created_at: world.now(),
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let id = world.monitor(1, "backup", &nightly()).await;
        let retention = Retention::new(world.store.clone(), Arc::new(world.clock.clone()), Keep::default());
        retention.round().await.unwrap();
        let output =
            RunOutput { head: b"hello".to_vec(), tail: Vec::new(), total_bytes: 5, dropped_bytes: 0 };
        let mut runs = Vec::new();
        for day in
            ["2026-01-10T00:00:00Z", "2026-02-20T00:00:00Z", "2026-04-01T00:00:00Z", "2026-04-12T00:00:00Z"]
        {
            world.clock.set(day.parse().unwrap());
            let mut signal = world.signal("backup", CheckInKind::End { well: true }, RunKey::None);
            signal.output = Some(output.clone());
            runs.push(world.submit(signal).await.unwrap());
        }
        // Rows that came before their month was made are moved into it, not lost.
        retention.round().await.unwrap();
        let left: Vec<_> = world.runs().await.iter().map(|r| r.run.id).collect();
        assert_eq!(left, [runs[3], runs[2], runs[1]]);
        let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
        assert_eq!(read.find_run_output(runs[1]).await.unwrap(), None, "outputs go after 30 days");
        assert_eq!(read.find_run_output(runs[2]).await.unwrap(), Some(output));
        assert_eq!(read.list_check_ins(id, 9).await.unwrap().len(), 3);
        assert_eq!(read.find_run(runs[0]).await.unwrap(), None);
        assert_eq!(read.sum_outputs().await.unwrap(), (2, 10), "what is gone is not counted as kept");
        let days = read.list_usage_days(0).await.unwrap();
        assert_eq!(
            days.iter().map(|d| (d.check_ins, d.outputs)).collect::<Vec<_>>(),
            [(1, 0), (1, 0), (1, 1), (1, 1)]
        );
        drop(read);
        world.clock.set("2027-01-01T00:00:00Z".parse().unwrap());
        retention.round().await.unwrap();
        assert_eq!(world.runs().await, []);
        retention.round().await.unwrap();
        world.end().await;
    })
    .await;
}

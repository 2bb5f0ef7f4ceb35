//! What a tenant has and sent, as it is told.

use serde_json::{Value, json};

use crate::ask::Ask;
use crate::seed::Tenant;
use crate::world::World;

async fn usage(world: &World, tenant: &Tenant) -> Value {
    world.send(&Ask::of("get_usage", &[]), &tenant.token).await.ok(200)
}

fn meter(usage: &Value, of: &str) -> (u64, Option<u64>) {
    let meters = usage["meters"].as_array().unwrap();
    let found = meters.iter().find(|meter| meter["of"] == of).unwrap_or_else(|| panic!("no {of} in {usage}"));
    (found["used"].as_u64().unwrap(), found["limit"].as_u64())
}

#[tokio::test(flavor = "multi_thread")]
async fn check_ins_are_counted_in_their_day_and_tenant() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let other = world.tenant("other").await;
    let before = usage(&world, &tenant).await;
    assert_eq!(before["days"].as_array().unwrap().len(), 30);
    assert_eq!(before["days"][29]["date"], "2026-11-24");
    assert_eq!(before["days"][29]["check_ins"], 1, "the seed's own");
    assert_eq!((meter(&before, "members"), meter(&before, "agents")), ((1, None), (1, None)));
    assert_eq!(
        (meter(&before, "repositories"), meter(&before, "discovered")),
        ((1, Some(50)), (0, Some(1000)))
    );
    assert_eq!(meter(&before, "outputs").0, 1);
    let size = meter(&before, "output_bytes").0;
    assert_eq!(size, "no space".len() as u64);

    let check_in = |output: &str| json!({"monitor": "production/backup", "kind": "end", "exit_status": 1, "output": output});
    let batch = json!([check_in("a longer text"), check_in("x"), {"monitor": "no/such", "kind": "success"}]);
    world.send(&Ask::of("create_check_ins", &[]).json(&batch), &tenant.token).await.ok(200);
    world.pass_minutes(24 * 60);
    world.send(&Ask::of("create_check_ins", &[]).json(&check_in("tomorrow")), &tenant.token).await.ok(200);
    let after = usage(&world, &tenant).await;
    let of = |at: usize, what: &str| after["days"][at][what].as_u64().unwrap();
    assert_eq!((of(28, "check_ins"), of(29, "check_ins")), (3, 1), "what was not taken is not counted");
    assert_eq!(of(28, "output_bytes"), size + 14);
    assert_eq!(meter(&after, "outputs").0, 4);
    assert_eq!(usage(&world, &other).await["days"][28]["check_ins"], 1, "another tenant's are its own");
}

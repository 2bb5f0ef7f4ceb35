//! What is kept of the output that comes with a check-in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::ask::Ask;
use crate::callers::Credential;
use crate::seed::{BACKUP, Tenant};
use crate::world::World;

async fn kept(world: &World, tenant: &Tenant, job: &str, signal: &str, body: &[u8]) -> Option<Value> {
    let key = world.app.rotate_tenant_key(&tenant.owner).await.unwrap();
    let ask = Ask::new("POST", &format!("/in/{key}/production/{job}/{signal}"));
    let answer = world.send(&ask.raw("application/octet-stream", body), &Credential::Nothing).await.ok(200);
    let run = answer["run_id"].as_str().unwrap();
    let output = Ask::of("get_run_output", &[("id", run)]).header("accept", "application/json");
    let reply = world.send(&output, &tenant.token).await;
    (reply.status != 404).then(|| reply.ok(200))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_s_own_limit_holds_for_check_ins_by_key() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let sized = |name: &str, output: &str| {
        BACKUP.replace("name: backup", &format!("name: {name}")) + &format!("  output: {{{output}}}\n")
    };
    world
        .commit(
            &tenant.owner,
            &[
                ("production/large.yaml", &sized("large", "limit: 1MiB")),
                ("production/small.yaml", &sized("small", "limit: 4KiB")),
                ("production/head.yaml", &sized("head", "limit: 200KiB, capture: head")),
                ("production/none.yaml", &sized("none", "capture: none")),
                ("production/bad.yaml", &sized("bad", "successOutput: false")),
            ],
        )
        .await;
    let body: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 251) as u8).collect();
    for (job, size, head, tail) in [
        ("backup", 2_000_000, 2 << 10, 62 << 10),
        ("backup", 65_536, 65_536, 0),
        ("large", 900_000, 900_000, 0),
        ("large", 2_000_000, 2 << 10, (1 << 20) - (2 << 10)),
        ("small", 5_000, 2 << 10, 2 << 10),
        ("small", 4_096, 4_096, 0),
        ("head", 2_000_000, 200 << 10, 0),
    ] {
        let found = kept(&world, &tenant, job, "3", &body[..size]).await;
        let found = found.unwrap_or_else(|| panic!("nothing was kept of {job} {size}"));
        let bytes = |name: &str| STANDARD.decode(found[name].as_str().unwrap_or_default()).unwrap();
        assert_eq!((bytes("head").len(), bytes("tail").len()), (head, tail), "{job} {size}");
        assert_eq!(found["total_bytes"], size, "{job}");
        assert_eq!(found["dropped_bytes"], size - head - tail, "{job}");
        assert!(body[..size].starts_with(&bytes("head")) && body[..size].ends_with(&bytes("tail")), "{job}");
    }
    assert_eq!(kept(&world, &tenant, "none", "3", b"something").await, None);
    assert_eq!(kept(&world, &tenant, "bad", "success", b"fine").await, None);
    assert!(kept(&world, &tenant, "bad", "fail", b"not fine").await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signal_counts_whatever_the_body_is() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    for body in [&b"\xff\xfe\0"[..], b"", &vec![b'x'; 11 << 20]] {
        kept(&world, &tenant, "backup", "1", body).await;
    }
}

use std::time::Instant;

use axum::http::StatusCode;
use crontopus_app::access::{Actor, Scope};
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, RunKey, Signal, Target};
use jiff::SignedDuration;

use crate::world::{OPEN, World, value};

async fn report(world: &World, actor: &Actor, name: &str, well: bool, ms: i64) {
    let mut check_in = CheckIn::new(CheckInKind::End { well }, RunKey::None);
    check_in.duration_ms = Some(ms);
    let signal = Signal {
        target: Target::Job { tenant_id: actor.tenant_id, namespace: "ops".into(), name: name.into() },
        check_in,
        output: None,
        received_at: world.app.clock().now_ms(),
        door: Door::Native,
        terms: crontopus_app::ingest::Terms::default(),
    };
    world.app.check_in(vec![signal]).await.unwrap();
}

#[tokio::test]
async fn a_tenant_is_told_how_its_jobs_are() {
    let world = World::new().await;
    let actor = world.tenant("acme").await;
    let other = world.tenant("other").await;
    world.arm(&actor, 1, 3).await;
    world.arm(&other, 9, 1).await;
    report(&world, &actor, "job-00001", true, 1_500).await;
    report(&world, &actor, "job-00002", false, 250).await;
    world.clock.advance(SignedDuration::from_mins(61));
    let token = world.token(&actor, &[Scope::RunsRead]).await;
    let text = world.scrape(&token, "").await;
    let of = |n: u32| format!("namespace=\"ops\",name=\"job-0000{n}\",host=\"\"");
    assert_eq!(value(&text, &format!("crontopus_monitor_up{{{}}}", of(1))), 1.0);
    assert_eq!(value(&text, &format!("crontopus_monitor_up{{{}}}", of(2))), 0.0);
    for (n, status) in [(1, "late"), (2, "failing"), (3, "late")] {
        assert_eq!(value(&text, &format!("crontopus_monitor_status{{{},status=\"{status}\"}}", of(n))), 1.0);
    }
    let began = 1_795_485_600.0;
    assert_eq!(
        value(&text, &format!("crontopus_monitor_last_success_timestamp_seconds{{{}}}", of(1))),
        began
    );
    assert_eq!(value(&text, &format!("crontopus_monitor_last_duration_seconds{{{}}}", of(1))), 1.5);
    assert_eq!(value(&text, &format!("crontopus_monitor_runs_total{{{},status=\"failed\"}}", of(2))), 1.0);
    assert_eq!(value(&text, "crontopus_tenant_runs_total{status=\"succeeded\"}"), 1.0);
    assert_eq!(value(&text, "crontopus_tenant_runs_total{status=\"timed_out\"}"), 0.0);
    assert_eq!(value(&text, "crontopus_tenant_incidents_open{severity=\"critical\"}"), 1.0);
    assert_eq!(value(&text, "crontopus_tenant_agents{state=\"lost\"}"), 0.0);
    assert_eq!(value(&text, "crontopus_tenant_monitors{status=\"late\"}"), 2.0);
    assert_eq!(value(&text, "crontopus_series_dropped"), 0.0);
    assert!(!text.contains("job-00009"), "another tenant's");
    assert!(text.ends_with("# EOF\n"));

    let part = world.scrape(&token, "?namespace=ops").await;
    assert!(part.contains("job-00001") && !part.contains("crontopus_tenant_"));
    assert!(!world.scrape(&token, "?namespace=none").await.contains("job-"));
}

#[tokio::test]
async fn a_token_of_the_right_scope_is_needed() {
    let world = World::new().await;
    let actor = world.tenant("acme").await;
    let path = "/api/v1/metrics";
    assert_eq!(world.get(path, &[]).await.status, StatusCode::UNAUTHORIZED);
    let blind = format!("Bearer {}", world.token(&actor, &[Scope::JobsRead]).await);
    assert_eq!(world.get(path, &[("authorization", &blind)]).await.status, StatusCode::FORBIDDEN);
    let good = format!("Bearer {}", world.token(&actor, &[Scope::RunsRead]).await);
    let plain = world.get(path, &[("authorization", &good)]).await;
    assert_eq!(plain.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert!(plain.text.contains("# TYPE crontopus_tenant_runs_total counter"), "{}", plain.text);
    assert_eq!(plain.headers["cache-control"], "no-store");
    assert!(!plain.headers.contains_key("etag"), "it is different every time");
    let open = world.get(path, &[("authorization", &good), ("accept", OPEN)]).await;
    assert_eq!(open.headers["content-type"], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let odd = world.get("/api/v1/metrics?nothing=1", &[("authorization", &good)]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.text);
}

#[tokio::test]
async fn too_many_series_are_left_out_and_counted() {
    let world = World::with_limit(10).await;
    let actor = world.tenant("acme").await;
    world.arm(&actor, 1, 8).await;
    let token = world.token(&actor, &[Scope::RunsRead]).await;
    let text = world.scrape(&token, "").await;
    // Two series each: five monitors fit, the same ones every time.
    assert!(text.contains("job-00005") && !text.contains("job-00006"), "{text}");
    assert_eq!(value(&text, "crontopus_series_dropped"), 6.0);
    assert_eq!(value(&text, "crontopus_tenant_monitors{status=\"pending\"}"), 8.0, "totals are whole");
}

/// A figure, printed and never judged: `cargo nextest run -p crontopus-http --run-ignored all --no-capture
/// ten_thousand_jobs`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, not a test"]
async fn ten_thousand_jobs() {
    let world = World::new().await;
    let actor = world.tenant("acme").await;
    world.arm(&actor, 1, 10_000).await;
    for chunk in (1..=10_000).collect::<Vec<_>>().chunks(1_000) {
        let signal = |n: &u32| Signal {
            target: Target::Job {
                tenant_id: actor.tenant_id,
                namespace: "ops".into(),
                name: format!("job-{n:05}"),
            },
            check_in: CheckIn::new(CheckInKind::End { well: true }, RunKey::None),
            output: None,
            received_at: world.app.clock().now_ms(),
            door: Door::Native,
            terms: crontopus_app::ingest::Terms::default(),
        };
        world.app.check_in(chunk.iter().map(signal).collect()).await.unwrap();
    }
    let token = world.token(&actor, &[Scope::RunsRead]).await;
    for _ in 0..5 {
        let began = Instant::now();
        let text = world.scrape(&token, "").await;
        eprintln!("{} samples, {} bytes in {:?}", text.lines().count(), text.len(), began.elapsed());
    }
}

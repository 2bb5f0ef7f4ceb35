use axum::body::Body;
use crontopus_app::ingest::Integration;

use crate::world::World;

/// As many as go through at once.
const BURST: usize = 120;

#[tokio::test]
async fn a_full_bucket_is_told_where_the_protocol_can_say_so() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let path = format!("/ping/{}/log", id.uuid());
    for _ in 0..BURST {
        assert_eq!(world.get(&path).await.status, 200);
    }
    let said = world.get(&path).await;
    assert_eq!(said.status, 429);
    assert!(said.header("retry-after").is_some() && said.header("ratelimit-policy").is_some());
    for _ in 0..20 {
        assert_eq!(world.get(&path).await.status, 429);
    }
    let lines = world.rejected().await;
    assert_eq!(lines[0], format!("healthchecks {} rate_limited", id.uuid()));
    assert!(lines.len() <= 6, "a flood leaves a few lines: {}", lines.len());
    world.clock.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(world.get(&path).await.status, 200, "one more each second");
}

#[tokio::test]
async fn cronitor_and_sentry_answer_as_always_and_write_it_down() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    world.job("ops", "other").await;
    let cronitor = world.integration_key(Integration::Cronitor).await;
    let sentry = world.integration_key(Integration::Sentry).await;
    let ping = format!("/p/{cronitor}/backup?state=run&series=1");
    let cron = format!("/api/{}/cron/backup/{sentry}?status=in_progress&check_in_id=2", world.project());
    for _ in 0..=BURST {
        assert_eq!(world.get(&ping).await.status, 200);
        assert_eq!(world.get(&cron).await.status, 202);
    }
    assert_eq!(world.rejected().await, ["cronitor backup rate_limited", "sentry backup rate_limited"]);
    let other = format!("/p/{cronitor}/other?state=run&series=1");
    assert_eq!(world.get(&other).await.status, 200);
    assert_eq!(world.statuses().await.len(), 3, "another job of the same key has a bucket of its own");
}

#[tokio::test]
async fn an_unknown_key_leaves_no_line_and_is_limited_all_the_same() {
    let world = World::new().await;
    for n in 0..=BURST {
        let said = world.call("POST", "/in/nobody", Body::empty()).await;
        assert_eq!(said.status, if n < BURST { 404 } else { 429 });
    }
    assert_eq!(world.rejected().await, Vec::<String>::new());
}

use axum::body::Body;
use axum::http::Request;
use crontopus_app::ingest::Integration;

use crate::world::World;

/// One row of the table: path, status and body.
async fn check(world: &World, path: &str, status: u16, body: &str) {
    let said = world.get(path).await;
    assert_eq!((said.status, said.body.as_str()), (status, body), "{path}");
    assert_eq!(said.header("access-control-allow-origin"), Some("*"), "{path}");
}

#[tokio::test]
async fn every_address_of_a_check_by_its_uuid() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await.uuid();
    for (rest, status, body) in [
        ("", 200, "OK"),
        ("/", 200, "OK"),
        ("/start", 200, "OK"),
        ("/fail", 200, "OK"),
        ("/log", 200, "OK"),
        ("/0", 200, "OK"),
        ("/1", 200, "OK"),
        ("/007", 200, "OK"),
        ("/255", 200, "OK"),
        ("/000", 200, "OK"),
        ("/start/", 404, "not found"),
        ("/0/", 404, "not found"),
        ("/-1", 404, "not found"),
        ("/success", 404, "not found"),
        ("/START", 404, "not found"),
        ("//start", 404, "not found"),
        ("/start/start", 404, "not found"),
        ("/256", 400, "invalid url format"),
        ("/99999999999999999999999", 400, "invalid url format"),
        ("?rid=0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11", 200, "OK"),
        ("?rid=0192F3C1-6F6E-7A52-9A39-1C1F0F6A8C11", 200, "OK"),
        ("?rid=", 400, "invalid uuid format"),
        ("?rid=7", 400, "invalid uuid format"),
        ("?rid=0192f3c16f6e7a529a391c1f0f6a8c11", 400, "invalid uuid format"),
        ("?create=1", 200, "OK"),
    ] {
        check(&world, &format!("/ping/{id}{rest}"), status, body).await;
    }
    let upper = id.to_string().to_uppercase();
    let plain = id.simple().to_string();
    let stranger = "0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11";
    for path in [upper.as_str(), &plain, stranger, &format!("{stranger}/256"), "x"] {
        check(&world, &format!("/ping/{path}"), 404, "not found").await;
    }
}

#[tokio::test]
async fn every_address_of_a_check_by_its_slug() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    world.job("ops", "report").await;
    world.job("dev", "report").await;
    let key = world.integration_key(Integration::Healthchecks).await;
    for (rest, status, body) in [
        ("backup", 200, "OK"),
        ("ops--backup", 200, "OK"),
        ("backup/start", 200, "OK"),
        ("backup/fail", 200, "OK"),
        ("backup/log", 200, "OK"),
        ("backup/3", 200, "OK"),
        ("backup/256", 400, "invalid url format"),
        ("backup/", 404, "not found"),
        ("backup/start/", 404, "not found"),
        ("backup/success", 404, "not found"),
        ("Backup", 400, "invalid url format"),
        ("nothing", 404, "not found"),
        ("nothing--backup", 404, "not found"),
        ("back%20up", 404, "not found"),
        ("report", 409, "ambiguous slug"),
        ("ops--report", 200, "OK"),
        ("dev--report", 200, "OK"),
        ("report?create=1", 409, "ambiguous slug"),
    ] {
        check(&world, &format!("/ping/{key}/{rest}"), status, body).await;
    }
    check(&world, "/ping/AbCdEfGhIjKlMnOpQrStUv/backup", 404, "not found").await;
    let sentry = world.integration_key(Integration::Sentry).await;
    check(&world, &format!("/ping/{}x/backup", &sentry[..20]), 404, "not found").await;
    assert_eq!(
        world.rejected().await,
        [
            "healthchecks Backup invalid_address",
            "healthchecks backup invalid_address",
            "healthchecks nothing unknown_monitor",
            "healthchecks nothing--backup unknown_monitor",
            "healthchecks report ambiguous",
            "healthchecks report ambiguous",
        ]
    );
}

#[tokio::test]
async fn an_upper_case_slug_of_a_known_job_is_a_wrong_address() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Healthchecks).await;
    check(&world, &format!("/ping/{key}/BACKUP"), 400, "invalid url format").await;
    assert_eq!(world.statuses().await, Vec::<&str>::new());
}

#[tokio::test]
async fn the_headers_are_those_clients_read() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await.uuid();
    let said = world.get(&format!("/ping/{id}")).await;
    assert_eq!(said.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(said.header("ping-body-limit"), Some("65536"));
    let cache = said.header("cache-control").unwrap();
    assert!(
        cache.contains("no-store") && cache.contains("no-cache") && cache.contains("max-age=0"),
        "{cache}"
    );
}

#[tokio::test]
async fn every_method_reports_but_the_question_of_a_browser() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await.uuid();
    for method in ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH"] {
        let said = world.call(method, &format!("/ping/{id}/fail"), Body::empty()).await;
        assert_eq!(said.status, 200, "{method}");
    }
    assert_eq!(world.statuses().await, ["failed"; 6]);
    let said = world.call("OPTIONS", &format!("/ping/{id}"), Body::empty()).await;
    assert_eq!((said.status, said.body.as_str()), (204, ""));
    assert_eq!(said.header("access-control-allow-methods"), Some("GET, POST, HEAD"));
    assert_eq!(world.statuses().await.len(), 6);
}

#[tokio::test]
async fn a_run_id_ties_start_to_end_and_a_log_changes_nothing() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await.uuid();
    let (one, two) = ("0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11", "0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c12");
    for rest in [
        format!("start?rid={one}"),
        format!("start?rid={two}"),
        format!("log?rid={one}"),
        format!("7?rid={one}"),
        format!("0?rid={}", two.to_uppercase()),
    ] {
        assert_eq!(world.call("POST", &format!("/ping/{id}/{rest}"), "out").await.status, 200, "{rest}");
    }
    let runs = world.runs().await;
    let seen: Vec<_> = runs.iter().map(|r| (r.run.external_id.as_deref(), r.run.exit_status)).collect();
    assert_eq!(runs.len(), 2);
    assert!(seen.contains(&(Some(one), Some(7))) && seen.contains(&(Some(two), Some(0))), "{seen:?}");
}

#[tokio::test]
async fn a_check_of_another_tenant_is_out_of_reach_by_slug() {
    let world = World::new().await;
    let other = world.other_tenant().await;
    world.job_of(other.tenant_id, "ops", "theirs", "").await;
    let key = world.integration_key(Integration::Healthchecks).await;
    check(&world, &format!("/ping/{key}/theirs"), 404, "not found").await;
    let request =
        Request::builder().uri(format!("/ping/{key}/ops--theirs?create=1")).body(Body::empty()).unwrap();
    assert_eq!(world.send(request).await.status, 201, "it is only discovered in our own tenant");
}

use axum::body::Body;
use axum::http::Request;
use crontopus_app::NewToken;
use crontopus_app::access::{Actor, Scope};
use crontopus_app::alerts::{ChannelKind, NewChannel};
use crontopus_http::dialects::management::ROUTES;
use serde_json::{Value, json};

use crate::world::{Said, World};

async fn token(world: &World, actor: &Actor, scopes: &[Scope]) -> String {
    let new = NewToken { name: "checks".to_owned(), scopes: scopes.to_vec(), days: None };
    world.app.create_token(actor, new).await.unwrap().secret
}

async fn ask(world: &World, method: &str, path: &str, key: Option<&str>) -> Said {
    let mut request = Request::builder().method(method).uri(format!("/api/v3{path}"));
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    let said = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(said.header("access-control-allow-origin"), Some("*"), "{path}");
    said
}

async fn read(world: &World, path: &str, key: &str) -> Value {
    let said = ask(world, "GET", path, Some(key)).await;
    assert_eq!(said.status, 200, "{path}: {}", said.body);
    serde_json::from_str(&said.body).unwrap()
}

#[tokio::test]
async fn a_check_has_the_fields_its_clients_read() {
    let world = World::new().await;
    let id = world
        .job_of(
            world.actor.tenant_id,
            "ops",
            "backup",
            "  timezone: Europe/Vienna\n  startWindow: {late: 5m}\n",
        )
        .await;
    let key = token(&world, &world.actor, Scope::ALL).await;
    let uuid = id.uuid().to_string();
    let checks = read(&world, "/checks/", &key).await;
    let check = &checks["checks"][0];
    assert_eq!(*check, read(&world, &format!("/checks/{uuid}"), &key).await);
    let names: Vec<&str> = check.as_object().unwrap().keys().map(String::as_str).collect();
    for name in [
        "name",
        "slug",
        "tags",
        "desc",
        "grace",
        "n_pings",
        "status",
        "started",
        "last_ping",
        "next_ping",
        "manual_resume",
        "methods",
        "subject",
        "subject_fail",
        "start_kw",
        "success_kw",
        "failure_kw",
        "filter_subject",
        "filter_body",
        "filter_http_body",
        "filter_default_fail",
        "badge_url",
        "uuid",
        "ping_url",
        "update_url",
        "pause_url",
        "resume_url",
        "channels",
        "schedule",
        "tz",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    assert_eq!((check["slug"].as_str(), check["status"].as_str()), (Some("ops--backup"), Some("new")));
    assert_eq!((&check["grace"], &check["tz"]), (&300.into(), &"Europe/Vienna".into()));
    assert_eq!(check["next_ping"], "2026-11-25T01:00:00+00:00");
    let ping = check["ping_url"].as_str().unwrap().strip_prefix("https://cron.example").unwrap();
    assert_eq!(world.get(&format!("{ping}/start")).await.status, 200);
    let check = read(&world, &format!("/checks/{uuid}"), &key).await;
    assert_eq!((&check["started"], &check["n_pings"]), (&true.into(), &1.into()));
    assert_eq!(check["last_ping"], "2026-11-24T01:30:00+00:00");
    for (query, found) in [("?slug=ops--backup", 1), ("?slug=x", 0), ("?tag=ops", 1), ("?tag=ops&tag=dev", 0)]
    {
        let checks = read(&world, &format!("/checks/{query}"), &key).await;
        assert_eq!(checks["checks"].as_array().unwrap().len(), found, "{query}");
    }
}

#[tokio::test]
async fn channels_are_named_by_the_words_of_the_api() {
    let world = World::new().await;
    let key = token(&world, &world.actor, Scope::ALL).await;
    assert_eq!(read(&world, "/channels/", &key).await, json!({ "channels": [] }));
    for (name, kind, settings) in [
        ("chat", ChannelKind::Ntfy, json!({ "topic": "jobs" })),
        ("pager", ChannelKind::PagerDuty, json!({ "routing_key": "0123456789abcdef0123456789abcdef" })),
    ] {
        let new = NewChannel { name: name.to_owned(), kind, settings, is_default: false };
        world.app.create_channel(&world.actor, new).await.unwrap();
    }
    let shown = read(&world, "/channels/", &key).await;
    let shown: Vec<_> = shown["channels"].as_array().unwrap().iter().collect();
    assert_eq!(
        shown.iter().map(|c| (c["name"].as_str(), c["kind"].as_str())).collect::<Vec<_>>(),
        [(Some("chat"), Some("ntfy")), (Some("pager"), Some("pd"))]
    );
    assert!(shown.iter().all(|c| c.as_object().unwrap().len() == 3 && c["id"].as_str().unwrap().len() == 36));
    let other = world.other_tenant().await;
    let theirs = token(&world, &other, Scope::ALL).await;
    assert_eq!(read(&world, "/channels/", &theirs).await, json!({ "channels": [] }));
}

#[tokio::test]
async fn badges_are_there_once_they_are_switched_on() {
    let world = World::new().await;
    let uuid = world.job("ops", "backup").await.uuid();
    let key = token(&world, &world.actor, Scope::ALL).await;
    assert_eq!(read(&world, "/badges/", &key).await, json!({ "badges": {} }));
    assert_eq!(read(&world, &format!("/checks/{uuid}"), &key).await["badge_url"], Value::Null);
    let token = world.app.create_badge_key(&world.actor).await.unwrap().badge_token.unwrap();
    let badges = read(&world, "/badges/", &key).await;
    let all = format!("https://cron.example/badge/{token}/all");
    assert_eq!(
        badges["badges"]["*"],
        json!({
            "svg": format!("{all}.svg"), "svg3": format!("{all}.svg"),
            "json": format!("{all}.json"), "json3": format!("{all}.json"),
            "shields": format!("{all}.shields"), "shields3": format!("{all}.shields"),
        })
    );
    let check = read(&world, &format!("/checks/{uuid}"), &key).await;
    assert_eq!(check["badge_url"], format!("https://cron.example/badge/{token}/ops/backup.svg"));
}

#[tokio::test]
async fn pings_flips_and_bodies() {
    let world = World::new().await;
    let uuid = world.job("ops", "backup").await.uuid();
    let key = token(&world, &world.actor, Scope::ALL).await;
    world.call("POST", &format!("/ping/{uuid}/start"), Body::empty()).await;
    world.clock.advance(jiff::SignedDuration::from_millis(1_234));
    world.call("POST", &format!("/ping/{uuid}/3"), "it broke").await;
    world.clock.advance(jiff::SignedDuration::from_secs(60));
    world.call("POST", &format!("/ping/{uuid}"), Body::empty()).await;
    let pings = read(&world, &format!("/checks/{uuid}/pings/"), &key).await;
    let kinds: Vec<_> =
        pings["pings"].as_array().unwrap().iter().map(|p| (p["n"].as_i64(), p["type"].as_str())).collect();
    assert_eq!(kinds, [(Some(3), Some("success")), (Some(2), Some("fail")), (Some(1), Some("start"))]);
    let failed = &pings["pings"][1];
    assert_eq!(
        (&failed["duration"], &failed["date"]),
        (&1.23.into(), &"2026-11-24T01:30:01.234000+00:00".into())
    );
    let body = failed["body_url"].as_str().unwrap().strip_prefix("https://cron.example/api/v3").unwrap();
    let said = ask(&world, "GET", body, Some(&key)).await;
    assert_eq!((said.status, said.body.as_str()), (200, "it broke"));
    assert_eq!(ask(&world, "GET", &format!("/checks/{uuid}/pings/9/body"), Some(&key)).await.status, 404);
    let flips = read(&world, &format!("/checks/{uuid}/flips/"), &key).await;
    let ups: Vec<_> = flips["flips"].as_array().unwrap().iter().map(|f| f["up"].as_i64().unwrap()).collect();
    assert_eq!(ups, [1, 0]);
    let recent = read(&world, &format!("/checks/{uuid}/flips/?seconds=30"), &key).await;
    assert_eq!(recent["flips"].as_array().unwrap().len(), 1);
    assert_eq!(ask(&world, "GET", &format!("/checks/{uuid}/flips/?start=x"), Some(&key)).await.status, 400);
}

#[tokio::test]
async fn pause_and_resume_and_nothing_else_is_changed_here() {
    let world = World::new().await;
    let uuid = world.job("ops", "backup").await.uuid();
    let key = token(&world, &world.actor, Scope::ALL).await;
    let one = format!("/checks/{uuid}");
    for (method, rest, status) in [
        ("POST", "/resume", 409),
        ("POST", "/pause", 200),
        ("POST", "/pause", 200),
        ("POST", "/resume", 200),
        ("GET", "/pause", 405),
        ("POST", "", 405),
        ("DELETE", "", 405),
    ] {
        let said = ask(&world, method, &format!("{one}{rest}"), Some(&key)).await;
        assert_eq!(said.status, status, "{method} {rest}: {}", said.body);
        if status == 405 {
            assert!(said.body.contains("Git"), "{}", said.body);
        }
    }
    let said = ask(&world, "POST", "/checks/", Some(&key)).await;
    assert!(said.status == 405 && said.body.contains("Git"));
    let moved = ask(&world, "GET", "/checks", Some(&key)).await;
    assert_eq!((moved.status, moved.header("location")), (301, Some("/api/v3/checks/")));
    let moved = ask(&world, "GET", "/checks?tag=a&tag=b", Some(&key)).await;
    assert_eq!((moved.status, moved.header("location")), (301, Some("/api/v3/checks/?tag=a&tag=b")));
    assert_eq!(ask(&world, "GET", "/status/", None).await.body, "OK");
}

#[tokio::test]
async fn each_address_asks_for_a_key_with_the_right_scope() {
    let world = World::new().await;
    let uuid = world.job("ops", "backup").await.uuid().to_string();
    let other = world.other_tenant().await;
    let theirs = token(&world, &other, Scope::ALL).await;
    let nothing = token(&world, &world.actor, &[Scope::CheckinsWrite]).await;
    for route in ROUTES {
        let path = route.strip_prefix("/api/v3").unwrap().replace("{check}", &uuid).replace("{n}", "1");
        let method = if path.ends_with("/pause") || path.ends_with("/resume") { "POST" } else { "GET" };
        assert_eq!(ask(&world, "OPTIONS", &path, None).await.status, 204, "{path}");
        if path == "/checks" || path == "/status/" {
            continue;
        }
        let missing = ask(&world, method, &path, None).await;
        assert_eq!(
            (missing.status, missing.body.as_str()),
            (401, "{\"error\":\"missing api key\"}"),
            "{path}"
        );
        for wrong in ["x", "0123456789abcdef0123456789abcdef", &nothing, &format!("{}x", &theirs[..52])] {
            let said = ask(&world, method, &path, Some(wrong)).await;
            assert_eq!((said.status, said.body.as_str()), (401, "{\"error\":\"wrong api key\"}"), "{path}");
        }
        let strange = ask(&world, method, &path, Some(&theirs)).await;
        assert_eq!(strange.status == 404, path.contains(&uuid), "{path}: {}", strange.body);
    }
    let reader = token(&world, &world.actor, &[Scope::JobsRead, Scope::RunsRead]).await;
    assert_eq!(ask(&world, "POST", &format!("/checks/{uuid}/pause"), Some(&reader)).await.status, 401);
    let body = format!("{{\"api_key\":\"{}\"}}", token(&world, &world.actor, Scope::ALL).await);
    let said = world.call("POST", &format!("/api/v3/checks/{uuid}/pause"), body).await;
    assert_eq!(said.status, 200);
}

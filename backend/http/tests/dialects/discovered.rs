use crontopus_app::EventKind;
use crontopus_app::ingest::Integration;
use crontopus_manifest::{Severity, parse_file};
use crontopus_store::Paging;

use crate::world::World;

#[tokio::test]
async fn a_slug_nobody_declared_is_created_once_and_then_known() {
    let world = World::new().await;
    let key = world.integration_key(Integration::Healthchecks).await;
    let path = format!("/ping/{key}/ops--poll");
    for (query, status, body) in [
        ("", 404, "not found"),
        ("?create=0", 404, "not found"),
        ("?create=1", 201, "Created"),
        ("?create=1", 200, "OK"),
        ("/start?create=1", 200, "OK"),
    ] {
        let said = world.get(&format!("{path}{query}")).await;
        assert_eq!((said.status, said.body.as_str()), (status, body), "{query}");
    }
    assert_eq!((world.jobs().await, world.statuses().await.len()), (0, 0), "it is no job until it is in Git");
    let (status, listed) = world.api("GET", "/api/v1/discovered").await;
    assert_eq!((status, listed["items"].as_array().unwrap().len()), (200, 1));
    let one = &listed["items"][0];
    assert_eq!((one["slug"].as_str(), one["state"].as_str()), (Some("ops--poll"), Some("open")));
    assert_eq!(one["check_ins"], 3);
    let id = one["id"].as_str().unwrap();
    let (_, detail) = world.api("GET", &format!("/api/v1/discovered/{id}")).await;
    assert_eq!(detail["file"], "ops/poll.yaml");
    let parsed = parse_file("ops/poll.yaml", detail["manifest"].as_str().unwrap().as_bytes());
    assert!(parsed.diagnostics.iter().all(|d| d.severity != Severity::Error), "{:?}", parsed.diagnostics);

    let (_, ignored) = world.api("POST", &format!("/api/v1/discovered/{id}/ignore")).await;
    assert_eq!(ignored["state"], "ignored");
    let (_, restored) = world.api("POST", &format!("/api/v1/discovered/{id}/restore")).await;
    assert_eq!(restored["state"], "open");
    world.job("ops", "poll").await;
    assert_eq!(world.get(&path).await.status, 200);
    assert_eq!(world.statuses().await, ["succeeded"], "declared, it is monitored");
    assert_eq!(world.api("GET", "/api/v1/discovered/dsc_00000000000000000000000001").await.0, 404);
}

#[tokio::test]
async fn the_native_door_discovers_with_what_the_query_says() {
    let world = World::new().await;
    let key = world.app.rotate_tenant_key(&world.actor).await.unwrap();
    let path = format!("/in/{key}/ops/poll/start");
    assert_eq!(world.get(&path).await.status, 404);
    let said =
        world.get(&format!("{path}?create=1&schedule=*/5%20*%20*%20*%20*&tz=Europe/Vienna&grace=90")).await;
    assert_eq!((said.status, said.body.as_str()), (200, "{\"accepted\":true,\"reason\":\"discovered\"}"));
    let found = world.app.list_discovered(&world.actor, &Paging::first(9)).await.unwrap().rows;
    let (_, draft) = world.app.get_discovered(&world.actor, found[0].id).await.unwrap();
    assert_eq!(draft.file, "ops/poll.yaml");
    for line in ["schedule: \"*/5 * * * *\"", "timezone: \"Europe/Vienna\"", "startWindow: {late: 1m30s}"] {
        assert!(draft.manifest.contains(line), "{}", draft.manifest);
    }
}

#[tokio::test]
async fn a_tenant_has_so_many_at_most_and_others_do_not_see_them() {
    let world = World::new().await;
    let key = world.integration_key(Integration::Cronitor).await;
    for n in 0..1_000 {
        assert_eq!(world.get(&format!("/p/{key}/thing-{n}?state=ok")).await.status, 200);
    }
    assert_eq!(world.get(&format!("/p/{key}/one-more?state=ok")).await.status, 200);
    assert_eq!(world.get(&format!("/p/{key}/thing-7?state=ok")).await.status, 200);
    assert_eq!(world.rejected().await, ["cronitor one-more too_many_discovered"]);
    let other = world.other_tenant().await;
    let theirs = world.app.list_discovered(&other, &Paging::first(9)).await.unwrap().rows;
    assert_eq!(theirs, []);
    let ours = world.app.list_discovered(&world.actor, &Paging::first(1)).await.unwrap().rows;
    assert!(world.app.get_discovered(&other, ours[0].id).await.is_err());
    assert!(world.app.ignore_discovered(&other, ours[0].id, true).await.is_err());
}

#[tokio::test]
async fn whoever_looks_is_told_of_each_and_by_its_own_id() {
    let world = World::new().await;
    let key = world.integration_key(Integration::Healthchecks).await;
    let mut events = world.app.open_events(&world.actor, None).await.unwrap();
    let mut told = async || {
        let found = world.app.next_events(&mut events).await.unwrap().unwrap();
        let of = found.into_iter().filter(|e| e.kind == EventKind::DiscoveredChanged);
        of.map(|e| e.id).collect::<Vec<_>>()
    };
    world.get(&format!("/ping/{key}/ops--poll?create=1")).await;
    let id = world.app.list_discovered(&world.actor, &Paging::first(9)).await.unwrap().rows[0].id.to_string();
    assert_eq!(told().await, std::slice::from_ref(&id));
    world.get(&format!("/ping/{key}/ops--poll?create=1")).await;
    assert_eq!(told().await, std::slice::from_ref(&id), "one that is known keeps its id");
    world.api("POST", &format!("/api/v1/discovered/{id}/ignore")).await;
    assert_eq!(told().await, [id]);
    world.job("ops", "poll").await;
    world.get(&format!("/ping/{key}/ops--poll?create=1")).await;
    assert_eq!(told().await, Vec::<String>::new(), "a declared job is not discovered");
}

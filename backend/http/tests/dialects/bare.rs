use axum::body::Body;
use crontopus_app::ingest::Integration;

use crate::world::{PING_HOST, Said, World};

async fn get(world: &World, path: &str) -> Said {
    world.call_at(PING_HOST, "GET", path, Body::empty()).await
}

#[tokio::test]
async fn bare_addresses_are_served_on_the_ping_host_alone() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let (uuid, key) = (id.uuid(), world.monitor_key(id).await);
    let ping = world.integration_key(Integration::Healthchecks).await;
    for (path, status, body) in [
        (format!("/{uuid}"), 200, "OK"),
        (format!("/{uuid}/"), 200, "OK"),
        (format!("/{uuid}/start"), 200, "OK"),
        (format!("/{uuid}/3"), 200, "OK"),
        (format!("/{uuid}/start/"), 404, "not found"),
        (format!("/{ping}/backup"), 200, "OK"),
        (format!("/{ping}/backup/fail"), 200, "OK"),
        (format!("/{ping}/fail"), 404, "not found"),
        (format!("/{key}/run"), 200, "OK"),
        (format!("/{key}/complete"), 200, "OK"),
        (format!("/{key}/fail?msg=x"), 200, "OK"),
        (format!("/{key}?state=ok"), 200, "OK"),
        (format!("/{key}?m=hello&s=0"), 202, "Got it, thanks!"),
        (format!("/ping/{uuid}"), 200, "OK"),
        (format!("/dms/{key}"), 202, "Got it, thanks!"),
        ("/nobody".to_owned(), 404, "not found"),
        ("/nobody/complete".to_owned(), 200, "OK"),
    ] {
        let said = get(&world, &path).await;
        assert_eq!((said.status, said.body.as_str()), (status, body), "{path}");
        let elsewhere = world.get(&path).await;
        let first = path[1..].split('/').next().unwrap();
        assert_eq!(
            elsewhere.status == 404,
            first != "ping" && first != "dms",
            "{path} where the console lives"
        );
    }
    let before = world.runs().await.len();
    let said = world.call_at(PING_HOST, "OPTIONS", &format!("/{uuid}"), Body::empty()).await;
    assert_eq!((said.status, world.runs().await.len()), (204, before));
    assert_eq!(
        world.call_at("PING.example:8443", "GET", &format!("/{uuid}"), Body::empty()).await.status,
        200
    );
    assert_eq!(get(&world, "/livez").await.status, 200);
    assert_eq!(get(&world, "/").await.status, 404);
}

//! Whatever is wrong with a body, the signal counts.

use axum::body::{Body, Bytes};
use axum::http::Request;
use crontopus_app::ingest::Integration;
use futures_util::stream;

use crate::world::World;

#[tokio::test]
async fn a_body_is_kept_as_far_as_it_goes() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let (uuid, key) = (id.uuid(), world.monitor_key(id).await);
    let broken = || {
        let parts: Vec<Result<Bytes, std::io::Error>> =
            vec![Ok(Bytes::from_static(b"so far")), Err(std::io::Error::other("gone"))];
        Body::from_stream(stream::iter(parts))
    };
    let huge = || Body::from(vec![b'x'; 11 << 20]);
    for path in [
        format!("/ping/{uuid}"),
        format!("/in/{key}"),
        format!("/api/push/{key}"),
        format!("/dms/{key}"),
        format!("/api/v1/heartbeat/{key}"),
    ] {
        for (what, body, kept) in [
            ("not UTF-8", Body::from(&b"\xff\xfe\x00\x80"[..]), 4),
            ("broken off", broken(), 6),
            ("too large", huge(), 10 << 20),
            ("empty", Body::empty(), 0),
        ] {
            let before = world.runs().await.len();
            world.clock.advance(jiff::SignedDuration::from_secs(1));
            let said = world.call("POST", &path, body).await;
            assert!((200..300).contains(&said.status), "{path} {what}: {}", said.status);
            let runs = world.runs().await;
            assert_eq!(runs.len(), before + 1, "{path} {what}");
            let bytes = runs.last().unwrap().run.output_bytes.unwrap_or(0);
            assert!(bytes >= kept && bytes <= kept + (1 << 20), "{path} {what}: {bytes}");
        }
    }
}

#[tokio::test]
async fn a_body_that_unpacks_to_too_much_is_cut() {
    use std::io::Write as _;
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Sentry).await;
    let path = format!("/api/{}/envelope/?sentry_key={key}", world.project());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder
        .write_all(b"{}\n{\"type\":\"check_in\"}\n{\"monitor_slug\":\"backup\",\"status\":\"ok\"}\n{\"type\":\"attachment\"}\n")
        .unwrap();
    for _ in 0..256 {
        encoder.write_all(&vec![b'a'; 1 << 20]).unwrap();
    }
    let body = encoder.finish().unwrap();
    let request = Request::post(path).header("content-encoding", "gzip").body(Body::from(body)).unwrap();
    assert_eq!(world.send(request).await.status, 200);
    assert_eq!(world.statuses().await, ["succeeded"]);
}

#[tokio::test]
async fn odd_addresses_and_headers_are_no_accident() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Cronitor).await;
    for path in [
        format!("/p/{key}/%00?state=complete"),
        format!("/p/{key}/{}?state=complete", "x".repeat(5_000)),
        format!("/p/{key}/%ff%fe?state=complete"),
        format!("/p/{key}/backup?state=complete&series={}", "s".repeat(5_000)),
        format!("/p/{key}/backup?state=complete&series=%00&host=%00&env=%ff&metric=%00:1"),
        format!("/p/{key}/backup?state=complete&stamp=-1&duration=1e400&status_code=99999999999"),
        format!("/ping/{}/0?rid=0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11", id.uuid()),
    ] {
        let said = world.get(&path).await;
        assert_eq!(said.status, 200, "{} {}", said.body, &path[..path.len().min(120)]);
    }
    assert_eq!(world.statuses().await.len(), 4);
}

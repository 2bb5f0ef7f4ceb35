use axum::body::Body;
use axum::http::Request;

use crate::world::World;

#[tokio::test]
async fn uptime_kuma() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    for (query, status) in [
        ("", "succeeded"),
        ("?status=up&msg=OK&ping=12.5", "succeeded"),
        ("?status=down&msg=no%20answer", "failed"),
        ("?status=UP", "failed"),
        ("?status=&ping=1e12", "succeeded"),
    ] {
        let before = world.runs().await.len();
        for method in ["GET", "POST"].into_iter().take(1 + usize::from(before == 0)) {
            let said = world.call(method, &format!("/api/push/{key}{query}"), Body::empty()).await;
            assert_eq!((said.status, said.body.as_str()), (200, "{\"ok\":true}"), "{query}");
        }
        assert_eq!(*world.statuses().await.last().unwrap(), status, "{query}");
        world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    let runs = world.runs().await;
    let pings: Vec<_> = runs.iter().filter_map(|r| r.run.metrics.get("ping")).collect();
    assert_eq!(pings, [&12.5]);
    let said = world.get("/api/push/nobody").await;
    assert_eq!(said.status, 404);
    assert!(said.body.starts_with("{\"ok\":false,\"msg\":"), "{}", said.body);
    assert_eq!(world.call("OPTIONS", &format!("/api/push/{key}"), Body::empty()).await.status, 204);
}

#[tokio::test]
async fn dead_mans_snitch() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    for (query, status, exit) in [
        ("", "succeeded", None),
        ("?m=all%20fine", "succeeded", None),
        ("?s=0", "succeeded", Some(0)),
        ("?s=", "succeeded", None),
        ("?s=3&m=bad", "failed", Some(3)),
        ("?s=x", "failed", None),
    ] {
        let said = world.get(&format!("/dms/{key}{query}")).await;
        assert_eq!((said.status, said.body.as_str()), (202, "Got it, thanks!"), "{query}");
        let runs = world.runs().await;
        let run = &runs.last().unwrap().run;
        assert_eq!((run.status.as_str(), run.exit_status), (status, exit), "{query}");
        world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    assert_eq!(world.get("/dms/nobody").await.status, 404);
    // As `curl -d s=$?` and `curl --data-urlencode m@log` send it.
    for (query, form, status, exit, bytes) in [
        ("", "s=0", "succeeded", Some(0), None),
        ("", "s=2", "failed", Some(2), None),
        ("", "m=all%20fine&s=", "succeeded", None, Some(9)),
        ("?s=0", "s=1&m=no", "failed", Some(1), Some(3)),
        ("?s=4", "m=x", "failed", Some(4), Some(2)),
        ("", "%ff&=&s", "succeeded", None, None),
    ] {
        let request = Request::post(format!("/dms/{key}{query}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        assert_eq!(world.send(request).await.status, 202, "{form}");
        let runs = world.runs().await;
        let run = &runs.last().unwrap().run;
        assert_eq!(
            (run.status.as_str(), run.exit_status, run.output_bytes),
            (status, exit, bytes),
            "{query} {form}"
        );
        world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
}

#[tokio::test]
async fn better_stack() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    for (rest, status, exit) in [
        ("", "succeeded", None),
        ("/fail", "failed", None),
        ("/0", "succeeded", Some(0)),
        ("/7", "failed", Some(7)),
    ] {
        let said = world.call("POST", &format!("/api/v1/heartbeat/{key}{rest}"), "what it wrote").await;
        assert_eq!((said.status, said.body.as_str()), (200, "OK"), "{rest}");
        let runs = world.runs().await;
        let run = &runs.last().unwrap().run;
        assert_eq!(
            (run.status.as_str(), run.exit_status, run.output_bytes),
            (status, exit, Some(13)),
            "{rest}"
        );
        world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    for rest in ["/256", "/start", "/x"] {
        assert_eq!(world.get(&format!("/api/v1/heartbeat/{key}{rest}")).await.status, 404, "{rest}");
    }
    assert_eq!(world.get("/api/v1/heartbeat/nobody").await.status, 404);
    assert_eq!(world.rejected().await, ["better-stack a key invalid_address"; 3]);
}

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    for (n, path) in ["/api/push/KEY/", "/dms/KEY/", "/api/v1/heartbeat/KEY/", "/api/v1/heartbeat/KEY/0/"]
        .into_iter()
        .enumerate()
    {
        let said = world.get(&path.replace("KEY", &key)).await;
        assert!((200..300).contains(&said.status), "{path}: {}", said.status);
        assert_eq!(world.statuses().await.len(), n + 1, "{path}");
        world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    assert!(world.statuses().await.iter().all(|status| *status == "succeeded"));
}

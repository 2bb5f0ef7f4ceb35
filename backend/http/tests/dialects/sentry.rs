use std::io::Write as _;

use axum::body::Body;
use axum::http::Request;
use crontopus_app::ingest::Integration;
use crontopus_store::Paging;
use serde_json::json;

use crate::world::{Said, World};

const RUN: &str = "0192f3c16f6e7a529a391c1f0f6a8c11";

fn item(slug: &str, status: &str, more: serde_json::Value) -> String {
    let mut fields = json!({"check_in_id": RUN, "monitor_slug": slug, "status": status});
    fields.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    format!("{{\"type\":\"check_in\"}}\n{fields}\n")
}

/// An envelope of one item with the key in the query.
async fn send(world: &World, key: &str, body: impl Into<Body>) -> Said {
    let path = format!("/api/{}/envelope/?sentry_version=7&sentry_key={key}", world.project());
    world.call("POST", &path, body).await
}

#[tokio::test]
async fn the_key_may_be_in_four_places() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Sentry).await;
    let project = world.project();
    let path = format!("/api/{project}/envelope/");
    let body = format!("{{\"event_id\":\"{RUN}\"}}\n{}", item("backup", "ok", json!({})));
    let header = format!("Sentry sentry_key={key}, sentry_version=7, sentry_client=sentry.python/2.0");
    for request in [
        Request::post(&path).header("x-sentry-auth", &header),
        Request::post(&path).header("authorization", &header),
        Request::post(format!("{path}?sentry_key={key}")),
        Request::post(path.trim_end_matches('/')).header("x-sentry-auth", &header),
        Request::post(&path).header("x-sentry-auth", &header).header("content-type", "text/plain"),
    ] {
        let said = world.send(request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!((said.status, said.body.as_str()), (200, format!("{{\"id\":\"{RUN}\"}}").as_str()));
        assert_eq!(said.header("content-type"), Some("application/json"));
    }
    let dsn =
        format!("{{\"dsn\":\"https://{key}@cron.example/{project}\"}}\n{}", item("backup", "ok", json!({})));
    let said = world.call("POST", &path, dsn).await;
    assert_eq!((said.status, said.body.as_str()), (200, "{}"), "no id when the envelope has none");
    assert_eq!(world.statuses().await, ["succeeded"], "the same check-in, six times");

    assert_eq!(world.call("POST", &path, body.clone()).await.status, 401);
    assert_eq!(send(&world, &"0".repeat(32), body.clone()).await.status, 403);
    let wrong = format!("/api/{}/envelope/?sentry_key={key}", project + 1);
    assert_eq!(world.call("POST", &wrong, body.clone()).await.status, 403);
    let ping = world.integration_key(Integration::Healthchecks).await;
    assert_eq!(send(&world, &ping, body).await.status, 403, "another kind of key");
}

#[tokio::test]
async fn a_compressed_envelope_is_read_and_a_broken_one_is_no_accident() {
    let world = World::new().await;
    let key = world.integration_key(Integration::Sentry).await;
    let path = format!("/api/{}/envelope/?sentry_key={key}", world.project());
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let zlib = |text: &str| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
    let brotli = |text: &str| {
        let mut encoded = Vec::new();
        let mut input = text.as_bytes();
        brotli::BrotliCompress(&mut input, &mut encoded, &brotli::enc::BrotliEncoderParams::default())
            .unwrap();
        encoded
    };
    for (n, (encoding, encode)) in [
        ("gzip", &gzip as &dyn Fn(&str) -> Vec<u8>),
        ("deflate", &zlib),
        ("zstd", &zstd),
        ("br", &brotli),
        ("GZIP", &gzip),
        ("x-gzip", &gzip),
        ("identity", &|text: &str| text.as_bytes().to_vec()),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("job-{n}");
        world.job("ops", &name).await;
        let body = encode(&format!("{{}}\n{}", item(&name, "ok", json!({}))));
        let request =
            Request::post(&path).header("content-encoding", encoding).body(Body::from(body)).unwrap();
        assert_eq!(world.send(request).await.status, 200, "{encoding}");
        assert_eq!(world.statuses().await.len(), n + 1, "{encoding}");
    }
    let broken = Request::post(&path).header("content-encoding", "gzip").body(Body::from("no gzip")).unwrap();
    assert_eq!(world.send(broken).await.status, 200);
    assert_eq!(world.statuses().await.len(), 7);
    assert_eq!(world.rejected().await, ["sentry  unreadable"], "whoever looks for it finds it");
}

#[tokio::test]
async fn statuses_durations_and_environments() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Sentry).await;
    // The end overtakes its start, as it does with a real client.
    let end = json!({"duration": 12.5, "environment": "staging", "release": "1"});
    assert_eq!(send(&world, &key, format!("{{}}\n{}", item("backup", "error", end))).await.status, 200);
    assert_eq!(
        send(&world, &key, format!("{{}}\n{}", item("backup", "in_progress", json!({})))).await.status,
        200
    );
    let (row, _) = world.only_run().await;
    assert_eq!((row.run.status.as_str(), row.run.duration_ms), ("failed", Some(12_500)));
    assert_eq!(row.run.environment.as_deref(), Some("staging"));
    assert_eq!(row.run.external_id.as_deref(), Some(RUN));
}

#[tokio::test]
async fn without_an_id_the_newest_open_run_of_the_environment_is_meant() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Sentry).await;
    let path = format!("/api/{}/cron/backup/{key}/", world.project());
    for query in [
        "status=in_progress&environment=one",
        "status=in_progress&environment=two",
        "status=error&environment=one",
        "status=ok&environment=two",
        "status=ok&environment=three",
    ] {
        world.clock.advance(jiff::SignedDuration::from_secs(1));
        let said = world.get(&format!("{path}?{query}")).await;
        assert_eq!((said.status, said.body.as_str()), (202, ""), "{query}");
    }
    let runs = world.runs().await;
    let seen: Vec<_> =
        runs.iter().map(|r| (r.run.environment.as_deref().unwrap(), r.run.status.as_str())).collect();
    assert_eq!(seen, [("one", "failed"), ("two", "succeeded"), ("three", "succeeded")]);
}

#[tokio::test]
async fn the_plain_form_reads_query_or_json() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Sentry).await;
    let project = world.project();
    let path = format!("/api/{project}/cron/ops--backup/{key}");
    let json = |body: &str| {
        let request = Request::post(&path).header("content-type", "application/json; charset=utf-8");
        request.body(Body::from(body.to_owned())).unwrap()
    };
    let body = format!("{{\"status\":\"ok\",\"check_in_id\":\"{RUN}\",\"duration\":3}}");
    let said = world.send(json(&body)).await;
    assert_eq!((said.status, said.body.as_str()), (202, ""));
    assert_eq!(world.runs().await[0].run.duration_ms, Some(3_000));
    // A body of another type is none, and one that cannot be read leaves the query.
    assert_eq!(world.call("POST", &path, body.clone()).await.status, 400);
    let request = Request::post(format!("{path}?status=ok")).header("content-type", "application/json");
    assert_eq!(world.send(request.body(Body::from("{")).unwrap()).await.status, 202);
    assert_eq!(world.get(&format!("{path}?status=missed")).await.status, 202);
    assert_eq!(world.get(&format!("{path}?status=")).await.status, 202);
    assert_eq!(world.get(&format!("/api/{project}/cron/backup?status=ok")).await.status, 401);
    let header = format!("Sentry sentry_key={key}");
    let request =
        Request::get(format!("/api/{project}/cron/backup/?status=ok")).header("x-sentry-auth", header);
    assert_eq!(world.send(request.body(Body::empty()).unwrap()).await.status, 202);
    assert_eq!(world.get(&format!("/api/{project}/cron/nothing/{key}?status=ok")).await.status, 202);
    assert_eq!(world.get(&format!("/api/x/cron/backup/{key}?status=ok")).await.status, 403);
    assert_eq!(
        world.rejected().await,
        [
            "sentry nothing unknown_monitor",
            "sentry ops--backup invalid_status",
            "sentry ops--backup invalid_status",
            "sentry ops--backup invalid_status",
        ]
    );
}

#[tokio::test]
async fn other_items_are_passed_over_and_unreadable_ones_written_down() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Sentry).await;
    let body = format!(
        "{{}}\n{{\"type\":\"client_report\",\"length\":4}}\n1\n23\n{{\"type\":\"check_in\",\"length\":3}}\nbad\n\
         {{\"type\":\"check_in\"}}\n{{\"status\":\"ok\"}}\n{}",
        item("backup", "ok", json!({}))
    );
    assert_eq!(send(&world, &key, body).await.status, 200);
    assert_eq!(world.statuses().await, ["succeeded"]);
    assert_eq!(world.rejected().await, ["sentry  unreadable", "sentry  unreadable"]);
    for body in ["", "{}", "\u{0}", "{}\nnonsense"] {
        assert_eq!(send(&world, &key, body).await.status, 200, "{body:?}");
    }
}

#[tokio::test]
async fn a_configuration_proposes_and_git_decides() {
    let world = World::new().await;
    let id = world.job_of(world.actor.tenant_id, "ops", "backup", "  timezone: Europe/Vienna\n").await;
    let key = world.integration_key(Integration::Sentry).await;
    let config = json!({"monitor_config": {
        "schedule": {"type": "crontab", "value": "0 3 * * *"}, "timezone": "Europe/Vienna", "max_runtime": 30,
    }});
    let body = format!("{{}}\n{}", item("backup", "ok", config.clone()));
    assert_eq!(send(&world, &key, body).await.status, 200);
    let said = world.app.find_monitor_proposal(&world.actor, id).await.unwrap().unwrap();
    let differences: Vec<_> =
        said.differences.iter().map(|d| (d.field, d.declared.as_deref(), d.proposed.as_str())).collect();
    assert_eq!(differences, [("schedule", Some("0 2 * * *"), "0 3 * * *"), ("maxRuntime", None, "30m")]);
    let (_, shown) = world.api("GET", &format!("/api/v1/monitors/{id}")).await;
    assert_eq!(shown["proposal"]["differences"][0]["proposed"], "0 3 * * *");

    let body = format!("{{}}\n{}", item("new-one", "ok", config));
    assert_eq!(send(&world, &key, body).await.status, 200);
    let found = world.app.list_discovered(&world.actor, &Paging::first(9)).await.unwrap().rows;
    assert_eq!(found[0].proposal.schedule.as_deref(), Some("0 3 * * *"));
    assert_eq!(found[0].proposal.max_runtime_ms, Some(1_800_000));

    let wrong = format!("{{}}\n{}", item("backup", "error", json!({"monitor_config": {"schedule": 5}})));
    let before = world.runs().await.len();
    assert_eq!(send(&world, &key, wrong.replace(RUN, "another")).await.status, 200);
    assert_eq!(world.runs().await.len(), before + 1, "the check-in itself counts");
    assert_eq!(world.rejected().await, ["sentry backup invalid_proposal"]);
}

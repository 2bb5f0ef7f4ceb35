use axum::body::Body;
use axum::http::{Request, StatusCode};
use crontopus_app::access::Scope;
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, RunKey, Signal, Target};
use tower::ServiceExt as _;

use crate::world::{OPEN, World, value};

#[tokio::test]
async fn what_happened_is_counted() {
    let world = World::new().await;
    let actor = world.tenant("acme").await;
    world.arm(&actor, 1, 1).await;
    let signal = |name: &str, well| Signal {
        target: Target::Job { tenant_id: actor.tenant_id, namespace: "ops".into(), name: name.into() },
        check_in: CheckIn::new(CheckInKind::End { well }, RunKey::None),
        output: None,
        received_at: world.app.clock().now_ms(),
        door: Door::Native,
        terms: crontopus_app::ingest::Terms::default(),
    };
    let signals = vec![signal("job-00001", false), signal("nobody", true)];
    world.app.check_in(signals).await.unwrap();
    world.get("/api/v1/monitors/mon_x", &[]).await;
    world.get("/nowhere/at/all", &[]).await;

    for method in ["INVENTED", "INVENTED2"] {
        let request = Request::builder().method(method).uri("/nowhere").body(Body::empty()).unwrap();
        world.public().oneshot(request).await.unwrap();
    }

    let text = world.internal("/metrics", OPEN).await.text;
    let ingest =
        |outcome: &str| format!("crontopus_ingest_check_ins_total{{door=\"native\",outcome=\"{outcome}\"}}");
    assert_eq!(value(&text, &ingest("accepted")), 1.0);
    assert_eq!(value(&text, &ingest("unknown_monitor")), 1.0);
    assert_eq!(value(&text, "crontopus_ingest_batch_check_ins_sum"), 2.0);
    assert_eq!(value(&text, "crontopus_ingest_commit_seconds_count"), 1.0);
    assert_eq!(value(&text, "crontopus_ingest_queue_requests"), 0.0);
    assert_eq!(value(&text, "crontopus_ingest_refused_check_ins_total{reason=\"full\"}"), 0.0);
    let answers = |route: &str, status| {
        format!("crontopus_http_answers_total{{method=\"GET\",route=\"{route}\",status=\"{status}\"}}")
    };
    assert_eq!(value(&text, &answers("/api/v1/monitors/{id}", 401)), 1.0);
    assert_eq!(value(&text, &answers("-", 404)), 1.0, "an address that is no route is no label");
    assert!(!text.contains("INVENTED"), "a method that somebody invents is no label");
    let other = "crontopus_http_answers_total{method=\"other\",route=\"-\",status=\"404\"}";
    assert_eq!(value(&text, other), 2.0);
    assert_eq!(value(&text, "crontopus_outbox_due"), world.outbox().await as f64);
    assert_eq!(value(&text, "crontopus_agents{state=\"online\"}"), 0.0);
    assert_eq!(value(&text, "crontopus_database_up"), 1.0);
    assert!(value(&text, "crontopus_database_size_bytes") > 4_096.0);
    assert!(value(&text, "process_resident_memory_bytes") > 1e6);
    assert!(text.ends_with("# EOF\n"));
    for name in ["acme", "job-00001", "\"ops"] {
        // A value that begins so; `opsgenie` is a kind of channel.
        assert!(!text.replace("\"opsgenie\"", "").contains(name), "{name} is a tenant's business");
    }
}

#[tokio::test]
async fn operators_see_something_when_the_database_is_gone() {
    let world = World::new().await;
    world.app.store().close().await;
    let answer = world.internal("/metrics", OPEN).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(value(&answer.text, "crontopus_database_up"), 0.0);
    assert!(!answer.text.contains("crontopus_agents"));
    let ready = world.internal("/readyz", "*/*").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let body: serde_json::Value = serde_json::from_str(&ready.text).unwrap();
    assert_eq!(body["ok"], false);
    let database = body["components"].as_array().unwrap().iter().find(|c| c["name"] == "database").unwrap();
    assert_eq!(database["problem"], "unreachable");
    assert!(database["remedy"].as_str().unwrap().contains("database"));
    assert!(body["detail"].as_str().unwrap().contains("database is unreachable"));
}

#[tokio::test]
async fn a_service_that_is_well_says_so() {
    let world = World::new().await;
    let ready = world.get("/readyz", &[]).await;
    assert_eq!(ready.status, StatusCode::OK, "{}", ready.text);
    let body: serde_json::Value = serde_json::from_str(&ready.text).unwrap();
    assert_eq!((&body["ok"], &body["detail"]), (&true.into(), &serde_json::Value::Null));
    assert!(body["components"].as_array().unwrap().iter().all(|c| c["ok"] == true), "{body}");
}

#[tokio::test]
async fn open_streams_are_counted_while_they_are_open() {
    let world = World::new().await;
    let actor = world.tenant("acme").await;
    let token = world.token(&actor, &[Scope::RunsRead]).await;
    let request = Request::get("/api/v1/events").header("authorization", format!("Bearer {token}"));
    let sample = "crontopus_event_streams{kind=\"tenants\"}";
    let open = world.public().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(value(&world.internal("/metrics", OPEN).await.text, sample), 1.0);
    drop(open);
    assert_eq!(value(&world.internal("/metrics", OPEN).await.text, sample), 0.0);
}

#[tokio::test]
async fn a_trace_is_taken_over_and_answered() {
    let world = World::new().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let given = format!("00-{trace}-00f067aa0ba902b7-01");
    let answer = world.get("/livez", &[("traceparent", &given)]).await;
    let answered = answer.headers["traceparent"].to_str().unwrap();
    assert!(answered.starts_with(&format!("00-{trace}-")) && answered != given, "{answered}");
    let answer = world.get("/livez", &[("traceparent", "00-not-a-trace")]).await;
    let own = answer.headers["traceparent"].to_str().unwrap();
    assert!(own.len() == given.len() && !own.contains("not") && !own.contains(trace), "{own}");
}

use axum::body::Body;
use axum::http::Request;

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_address_with_a_key_says_everything_there_is_to_say() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    let query = "rid=a%2Fb&host=web1&env=staging&duration=1.5&msg=hello&m.rows=12&m.bad=x";
    let said = world.call("POST", &format!("/in/{key}/3?{query}"), "body").await;
    assert_eq!(said.status, 200);
    assert_eq!(said.header("access-control-allow-origin"), Some("*"));
    let (row, output) = world.only_run().await;
    let run = row.run;
    assert_eq!(
        (run.external_id.as_deref(), run.exit_status, run.duration_ms),
        (Some("a/b"), Some(3), Some(1_500))
    );
    assert_eq!((run.host.as_deref(), run.environment.as_deref()), (Some("web1"), Some("staging")));
    assert_eq!(run.metrics.into_iter().collect::<Vec<_>>(), [("rows".to_owned(), 12.0)]);
    assert_eq!(output, "hello\nbody");
    let again = world.call("POST", &format!("/in/{key}/3?{query}"), "body").await;
    assert_eq!(again.body, said.body, "the same once more changes nothing");
    assert_eq!(world.runs().await.len(), 1);
}

#[tokio::test]
async fn a_run_id_of_any_length_ties_a_run_together() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    let rid = "long ".repeat(200).replace(' ', "%20");
    for signal in ["start", "heartbeat", "success"] {
        assert_eq!(world.get(&format!("/in/{key}/{signal}?rid={rid}")).await.status, 200);
    }
    assert_eq!(world.statuses().await, ["succeeded"]);
}

#[tokio::test]
async fn nothing_but_the_methods_of_the_document_is_taken() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    for (method, status) in [("GET", 200), ("HEAD", 200), ("POST", 200), ("PUT", 405), ("OPTIONS", 204)] {
        let said = world.call(method, &format!("/in/{key}/log"), Body::empty()).await;
        assert_eq!(said.status, status, "{method}");
    }
    let cross = Request::post(format!("/in/{key}/log")).header("origin", "https://elsewhere.example");
    assert_eq!(world.send(cross.body(Body::empty()).unwrap()).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_with_one_check_in_does_not_touch_the_others() {
    let world = World::new().await;
    let token = world.token().await;
    for name in ["first", "second", "third", "fourth"] {
        world.job("ops", name).await;
    }
    let body: &[u8] = b"[
        {\"monitor\":\"ops/first\",\"kind\":\"success\",\"duration_ms\":12.5},
        {\"monitor\":\"ops/second\",\"kind\":\"done\"},
        7,
        {\"monitor\":\"ops/third\",\"kind\":\"fail\",\"reason\":\"\\ud83d caf\xe9\",\"colour\":1},
        {\"monitor\":\"ops/fourth\",\"kind\":\"success\",\"run_id\":\"7\",\"run_id\":\"8\"}]";
    let (status, said) = world.report(&token, body).await;
    assert_eq!(status, 200, "{said}");
    let items: Vec<_> = said["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (&i["accepted"], &i["reason"], &i["ignored"]))
        .collect();
    assert_eq!(
        serde_json::to_value(items).unwrap(),
        json!([
            [true, null, ["/duration_ms"]],
            [false, "invalid_status", null],
            [false, "unreadable", null],
            [true, null, ["/colour"]],
            [true, null, null],
        ])
    );
    let mut runs: Vec<_> =
        world.runs().await.into_iter().map(|r| (r.run.status.as_str(), r.run.reason)).collect();
    runs.sort_unstable();
    let why = Some("\u{fffd} caf\u{fffd}".to_owned());
    assert_eq!(runs, [("failed", why), ("succeeded", None), ("succeeded", None)]);
    assert_eq!(world.rejected().await, ["native  unreadable", "native ops/second invalid_status"]);
}

#[tokio::test]
async fn one_check_in_that_cannot_be_read_is_refused_and_written_down() {
    let world = World::new().await;
    let token = world.token().await;
    world.job("ops", "backup").await;
    for (body, status, pointer) in [
        (r#"{"monitor":"ops/backup","kind":"done"}"#, 422, "/kind"),
        (r#"{"kind":"success"}"#, 422, ""),
        (r#"{"monitor":"ops/backup","#, 400, ""),
    ] {
        let (answered, said) = world.report(&token, body).await;
        assert_eq!(answered, status, "{body}: {said}");
        assert_eq!(said["errors"][0]["pointer"].as_str().unwrap_or_default(), pointer, "{body}");
    }
    let (status, said) =
        world.report(&token, r#"{"monitor":"ops/backup","kind":"success","at":"noon"}"#).await;
    assert_eq!((status, &said["items"][0]["ignored"]), (200, &json!(["/at"])));
    assert_eq!(
        world.rejected().await,
        ["native  invalid_monitor", "native  unreadable", "native ops/backup invalid_status"]
    );
}

#[tokio::test]
async fn a_token_may_bring_a_thousand_of_a_job_at_once_and_no_more() {
    let world = World::new().await;
    let token = world.token().await;
    world.job("ops", "backup").await;
    world.job("ops", "other").await;
    let log = |name: &str| json!({"monitor": name, "kind": "log"});
    let thousand = serde_json::Value::from(vec![log("ops/backup"); 1_000]);
    assert_eq!(world.report(&token, thousand.to_string()).await.0, 200);
    let (status, said) = world.report(&token, json!([log("ops/backup"), log("ops/other")]).to_string()).await;
    let reasons: Vec<_> = said["items"].as_array().unwrap().iter().map(|item| &item["reason"]).collect();
    assert_eq!((status, reasons), (200, vec![&json!("rate_limited"), &json!(null)]));
    let (status, said) = world.report(&token, log("ops/backup").to_string()).await;
    assert_eq!((status, &said["code"]), (429, &json!("rate_limited")));
    assert_eq!(world.rejected().await, ["native ops/backup rate_limited"; 2]);
    world.clock.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(world.report(&token, log("ops/backup").to_string()).await.0, 200, "one more each second");
}

#[tokio::test]
async fn an_address_that_says_nothing_there_is_leaves_a_line() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.monitor_key(id).await;
    for signal in ["done", "256", "START"] {
        let said = world.get(&format!("/in/{key}/{signal}")).await;
        assert_eq!(said.status, 404, "{signal}");
        assert!(said.body.contains("after the key comes start"), "{}", said.body);
    }
    assert_eq!(world.rejected().await, ["key a key invalid_address"; 3]);
    assert_eq!(world.runs().await.len(), 0);
    for _ in 3..120 {
        assert_eq!(world.get(&format!("/in/{key}/done")).await.status, 404);
    }
    assert_eq!(world.get(&format!("/in/{key}/done")).await.status, 429, "it is limited as every other");
}

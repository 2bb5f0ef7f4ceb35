use axum::body::Body;
use axum::http::Request;

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

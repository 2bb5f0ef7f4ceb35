use serde_json::json;

use crate::world::{JOB, World};

const ROUTE: &str = "apiVersion: v1\nkind: Route\nmetadata: {name: platform}\nspec:\n  selector: {team: platform}\n  \
                     on: [failed, late, recovered]\n  minSeverity: warning\n  steps:\n    - channels: [hook]\n    \
                     - {after: 15m, channels: [pager]}\n  repeatEvery: 4h\n";
const UPGRADE: &str = "apiVersion: v1\nkind: Maintenance\nmetadata: {name: upgrade}\nspec:\n  selector: {team: platform}\n  \
                       windows: [{start: 2026-11-24T14:00, end: 2026-11-24T15:00, timezone: UTC}]\n";

async fn world() -> World {
    let world = World::new().await;
    world.hook("hook", "https://h.example/x").await;
    world.push(&[("production/backup.yaml", JOB), ("route.yaml", ROUTE), ("upgrade.yaml", UPGRADE)]).await;
    world
}

#[tokio::test]
async fn routes_and_maintenances_are_shown_as_git_has_them() {
    let world = world().await;
    let route = &world.ask("GET", "/api/v1/routes", None).await.json()["items"][0];
    assert_eq!((&route["name"], &route["file"]), (&json!("platform"), &json!("route.yaml")));
    assert_eq!(route["spec"]["steps"][1]["channels"], json!(["pager"]));
    assert_eq!(
        route["route"],
        json!({
            "selector": ["team=platform"], "namespaces": [], "on": ["failed", "late", "recovered"],
            "min_severity": "warning", "repeat_seconds": 14_400, "group_by": [],
            "steps": [{"after_seconds": 0, "channels": ["hook"]}, {"after_seconds": 900, "channels": ["pager"]}],
        })
    );
    let upgrade = world.ask("GET", "/api/v1/maintenance", None).await.json();
    assert_eq!(upgrade["items"][0]["route"], json!(null));
    assert_eq!(upgrade["items"][0]["name"], "upgrade");
    assert!(upgrade["items"][0]["active_until"].is_null(), "{upgrade}");
    world.clock.set("2026-11-24T14:30:00Z".parse().unwrap());
    let now = world.ask("GET", "/api/v1/maintenance", None).await.json();
    assert_eq!(now["items"][0]["active_until"], "2026-11-24T15:00:00Z");
    for path in ["/api/v1/routes", "/api/v1/maintenance"] {
        assert_eq!(world.ask_as(&world.rival, "GET", path, None).await.json()["items"], json!([]));
    }
}

#[tokio::test]
async fn a_test_says_who_would_be_told_and_when() {
    let world = world().await;
    let test = async |query: &str| {
        world.ask("GET", &format!("/api/v1/routes/test?job=production/backup{query}"), None).await.json()
    };
    let failed = test("").await;
    assert_eq!((&failed["kind"], &failed["severity"]), (&json!("failed"), &json!("warning")));
    let steps = failed["steps"].as_array().unwrap();
    assert_eq!((&steps[0]["after_seconds"], &steps[0]["channels"][0]["name"]), (&json!(0), &json!("hook")));
    // The second step's channel does not exist: the default route stands in.
    assert_eq!((&steps[1]["after_seconds"], &steps[1]["missing"]), (&json!(900), &json!(["pager"])));
    assert_eq!((&steps[0]["repeat_seconds"], &steps[0]["recovered"]), (&json!(14_400), &json!(true)));
    let late = test("&kind=late").await;
    assert_eq!(late["steps"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&late["steps"][0]["after_seconds"], &late["steps"][0]["recovered"]),
        (&json!(150), &json!(false))
    );
    assert!(late["steps"][0]["repeat_seconds"].is_null());
    let mild = test("&severity=info").await;
    assert_eq!((&mild["steps"], &mild["not_severe_for"]), (&json!([]), &json!(["default/platform"])));
    // No route tells a miss: the default route does.
    let missed = test("&kind=missed").await;
    assert!(missed["steps"][0]["route"].is_null(), "{missed}");
    world.clock.set("2026-11-24T14:30:00Z".parse().unwrap());
    let silent = test("").await;
    assert_eq!(silent["silent_until"], "2026-11-24T15:00:00Z");
}

#[tokio::test]
async fn a_test_of_nothing_or_nonsense_is_refused() {
    let world = world().await;
    for (query, code) in [
        ("job=production/none", "not_found"),
        ("job=nonsense", "invalid"),
        ("job=", "invalid"),
        ("job=production/backup&severity=dreadful", "invalid"),
    ] {
        let said = world.ask("GET", &format!("/api/v1/routes/test?{query}"), None).await;
        assert_eq!(said.problem().1, code, "{query}: {}", said.text);
    }
    for query in ["", "job=production/backup&kind=boom", "job=production/backup&surprise=1"] {
        let said = world.ask("GET", &format!("/api/v1/routes/test?{query}"), None).await;
        assert!([400, 422].contains(&said.status), "{query}: {}", said.text);
    }
    let said = world.ask_as(&world.rival, "GET", "/api/v1/routes/test?job=production/backup", None).await;
    assert_eq!(said.problem().1, "not_found", "another tenant's job is not there");
}

use serde_json::{Value, json};

use crate::world::{JOB, World, receiver};

const SNOOZES: &str = "/api/v1/snoozes";

#[tokio::test]
async fn a_label_is_silent_until_somebody_ends_it() {
    let world = World::new().await;
    let (url, seen) = receiver().await;
    world.hook("hook", &url).await;
    world.push(&[("production/backup.yaml", JOB)]).await;
    let body = json!({"label": "team=platform", "minutes": 30, "reason": "release"});
    let made = world.ask("POST", SNOOZES, Some(body)).await;
    assert_eq!((made.status, &made.json()["until"]), (201, &json!("2026-11-24T12:30:00Z")));
    world.fail().await;
    world.app.run_alert_timers().await.unwrap();
    world.app.send_due().await.unwrap();
    assert!(seen.lock().unwrap().is_empty());
    let listed = world.ask("GET", SNOOZES, None).await.json();
    assert_eq!(
        (&listed["items"][0]["label"], &listed["items"][0]["reason"]),
        (&json!("team=platform"), &json!("release"))
    );
    let one = format!("{SNOOZES}/{}", made.id());
    assert_eq!(world.ask_as(&world.rival, "DELETE", &one, None).await.problem().1, "not_found");
    assert_eq!(world.ask("DELETE", &one, None).await.status, 204);
    assert_eq!(world.ask("DELETE", &one, None).await.problem().1, "not_found");
    world.app.run_alert_timers().await.unwrap();
    world.app.send_due().await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 1, "what was kept back is told at once");
}

#[tokio::test]
async fn an_incident_is_snoozed_by_those_of_its_tenant() {
    let world = World::new().await;
    world.push(&[("production/backup.yaml", JOB)]).await;
    let incident = world.fail().await;
    let path = format!("/api/v1/incidents/{incident}/snooze");
    let body = Some(json!({"minutes": 60}));
    assert_eq!(world.ask_as(&world.rival, "POST", &path, body.clone()).await.problem().1, "not_found");
    assert_eq!(world.ask("POST", &path, body).await.status, 200);
    let shown = world.ask("GET", &format!("/api/v1/incidents/{incident}"), None).await.json();
    let kinds: Vec<&str> =
        shown["events"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"snoozed"), "{kinds:?}");
}

#[tokio::test]
async fn what_says_too_little_too_much_or_nonsense_is_refused() {
    let world = World::new().await;
    let nobody = "mon_00000000000000000000000001";
    let refused: [(Value, &[&str]); 12] = [
        (json!({}), &["invalid"]),
        (json!({"minutes": 5}), &["invalid"]),
        (json!({"label": "team=a"}), &["invalid"]),
        (json!({"label": "team", "minutes": 5}), &["invalid"]),
        (json!({"label": "=a", "minutes": 5}), &["invalid"]),
        (json!({"label": format!("{}=a", "k".repeat(64)), "minutes": 5}), &["invalid"]),
        (json!({"label": "team=a", "monitor_id": nobody, "minutes": 5}), &["invalid"]),
        (json!({"label": "team=a", "minutes": 5, "until": "2026-11-25T00:00:00Z"}), &["invalid"]),
        (json!({"label": "team=a", "until": "2026-11-24T11:00:00Z"}), &["invalid"]),
        (json!({"label": "team=a", "until": "2027-11-24T11:00:00Z"}), &["invalid"]),
        (json!({"label": "team=a", "minutes": 5, "reason": "x".repeat(501)}), &["invalid"]),
        (json!({"monitor_id": nobody, "minutes": 5}), &["not_found"]),
    ];
    for (body, codes) in refused {
        let said = world.ask("POST", SNOOZES, Some(body.clone())).await;
        assert!(codes.contains(&said.problem().1.as_str()), "{body}: {}", said.text);
    }
    let large = json!({"label": "team=a", "minutes": 5, "reason": "x".repeat(70_000)});
    assert_eq!(world.ask("POST", SNOOZES, Some(large)).await.problem().1, "too_large");
    assert_eq!(world.ask("GET", SNOOZES, None).await.json()["items"], json!([]));
}

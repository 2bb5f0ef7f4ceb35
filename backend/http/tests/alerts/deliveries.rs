use jiff::SignedDuration;
use serde_json::json;

use crate::world::{JOB, World, receiver};

#[tokio::test]
async fn every_telling_is_shown_with_its_tries_and_answers() {
    let world = World::new().await;
    let (url, seen) = receiver().await;
    let channel = world.hook("hook", &url).await;
    world.push(&[("production/backup.yaml", JOB)]).await;
    let incident = world.fail().await;
    let queue = world.ask("GET", "/api/v1/deliveries/queue", None).await.json();
    assert_eq!((&queue["waiting"], &queue["oldest_age_seconds"]), (&json!(1), &json!(0)));
    world.clock.advance(SignedDuration::from_secs(90));
    let queue = world.ask("GET", "/api/v1/deliveries/queue", None).await.json();
    assert_eq!((&queue["waiting"], &queue["oldest_age_seconds"]), (&json!(1), &json!(90)));
    assert_eq!(queue["oldest_at"], "2026-11-24T12:00:00Z");
    let waiting = world.ask("GET", "/api/v1/deliveries?state=waiting", None).await.json();
    assert_eq!(waiting["items"][0]["to"], "hook");
    world.app.send_due().await.unwrap();
    assert!(seen.lock().unwrap()[0].contains("production/backup failed"));
    let sent = world.ask("GET", "/api/v1/deliveries", None).await.json();
    let row = &sent["items"][0];
    assert_eq!((&row["state"], &row["occasion"]), (&json!("sent"), &json!("opened")));
    assert_eq!((&row["answer"], &row["attempts"]), (&json!("200"), &json!(1)));
    assert_eq!(row["incident_id"], json!(incident));
    assert_eq!(world.ask("GET", "/api/v1/deliveries/queue", None).await.json()["waiting"], 0);
    for (filter, count) in [
        (format!("channel_id={channel}"), 1),
        (format!("incident_id={incident}"), 1),
        ("channel_id=chn_00000000000000000000000001".to_owned(), 0),
        ("state=failed".to_owned(), 0),
    ] {
        let rows = world.ask("GET", &format!("/api/v1/deliveries?{filter}"), None).await.json();
        assert_eq!(rows["items"].as_array().unwrap().len(), count, "{filter}");
    }
    // The address itself is a secret of many providers.
    assert!(!sent.to_string().contains(&url), "{sent}");
}

#[tokio::test]
async fn pages_follow_each_other_and_nonsense_is_refused() {
    let world = World::new().await;
    let (url, _) = receiver().await;
    let channel = world.hook("hook", &url).await;
    for _ in 0..5 {
        world.clock.advance(SignedDuration::from_secs(1));
        world.ask("POST", &format!("/api/v1/channels/{channel}/test"), None).await;
    }
    let (mut cursor, mut pages) = (String::new(), Vec::new());
    loop {
        let page = world.ask("GET", &format!("/api/v1/deliveries?limit=2{cursor}"), None).await.json();
        pages.push(page["items"].as_array().unwrap().len());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(pages, [2, 2, 1]);
    for (query, codes) in [
        ("cursor=nonsense", &["invalid_cursor"][..]),
        ("limit=0", &["invalid", "bad_request"]),
        ("limit=201", &["invalid", "bad_request"]),
        ("limit=many", &["invalid", "bad_request"]),
        ("state=lost", &["invalid", "bad_request"]),
        ("channel_id=x", &["invalid", "bad_request"]),
        ("surprise=1", &["invalid", "bad_request"]),
    ] {
        let said = world.ask("GET", &format!("/api/v1/deliveries?{query}"), None).await;
        assert!(codes.contains(&said.problem().1.as_str()), "{query}: {}", said.text);
    }
    let foreign = world.ask_as(&world.rival, "GET", "/api/v1/deliveries", None).await.json();
    assert_eq!(foreign["items"], json!([]));
}

use axum::body::Body;
use axum::http::{Request, header};
use crontopus_app::access::Role;
use jiff::SignedDuration;
use serde_json::Value;

use crate::world::{JOB, Said, World, receiver};

/// A world with an open incident, and the links of its first message: acknowledge, snooze.
async fn world() -> (World, String, [String; 2]) {
    let world = World::new().await;
    let (url, seen) = receiver().await;
    world.hook("hook", &url).await;
    world.push(&[("production/backup.yaml", JOB)]).await;
    let incident = world.fail().await;
    world.app.send_due().await.unwrap();
    let request = seen.lock().unwrap()[0].clone();
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    let link = |name: &str| {
        let link = body["incidents"][0]["links"][name].as_str().unwrap();
        link.strip_prefix("https://cron.example").unwrap().to_owned()
    };
    let links = [link("acknowledge"), link("snooze")];
    (world, incident, links)
}

/// A browser with, or without, the cookie of a session.
async fn browse(world: &World, method: &str, path: &str, session: Option<&str>, site: &str) -> Said {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "cron.example");
    if let Some(secret) = session {
        request = request.header(header::COOKIE, format!("crontopus_session={secret}"));
    }
    if method == "POST" {
        request = request.header("sec-fetch-site", site).header(header::ORIGIN, "https://cron.example");
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

async fn state(world: &World, incident: &str) -> String {
    let shown = world.ask("GET", &format!("/api/v1/incidents/{incident}"), None).await.json();
    shown["state"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn following_a_link_asks_and_does_nothing() {
    let (world, incident, [acknowledge, _]) = world().await;
    let stranger = browse(&world, "GET", &acknowledge, None, "none").await;
    assert_eq!(stranger.status, 401);
    assert!(
        !stranger.text.contains("production/backup"),
        "who is not signed in learns nothing: {}",
        stranger.text
    );
    assert_eq!(browse(&world, "POST", &acknowledge, None, "same-origin").await.status, 401);
    let rival = browse(&world, "POST", &acknowledge, Some(&world.rival), "same-origin").await;
    assert!([401, 403, 404].contains(&rival.status), "{}", rival.text);
    let viewer = world.member("vera", Role::Viewer).await;
    assert_eq!(browse(&world, "POST", &acknowledge, Some(&viewer), "same-origin").await.status, 403);
    let asked = browse(&world, "GET", &acknowledge, Some(&world.session), "none").await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert!(
        asked.text.contains("production/backup failed") && asked.text.contains("<form"),
        "{}",
        asked.text
    );
    assert_eq!(browse(&world, "POST", &acknowledge, Some(&world.session), "cross-site").await.status, 403);
    assert_eq!(state(&world, &incident).await, "open");
    let done = browse(&world, "POST", &acknowledge, Some(&world.session), "same-origin").await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(state(&world, &incident).await, "acknowledged");
}

#[tokio::test]
async fn a_link_that_was_changed_or_is_old_does_not_work() {
    let (world, incident, [acknowledge, snooze]) = world().await;
    let token = acknowledge.strip_prefix("/act/").unwrap();
    let other = token.replacen("acknowledge", "snooze", 1);
    let longer = token.replacen("acme", "rival", 1);
    let cut = &token[..token.len() - 3];
    for wrong in [other.as_str(), &longer, cut, "nonsense", "a.b.c.d.e", "%00"] {
        let said =
            browse(&world, "POST", &format!("/act/{wrong}"), Some(&world.session), "same-origin").await;
        assert_eq!(said.status, 404, "{wrong}: {}", said.text);
        let said = world.ask("GET", &format!("/api/v1/alert-links/{wrong}"), None).await;
        assert!([400, 404].contains(&said.status), "{wrong}: {}", said.text);
    }
    assert_eq!(state(&world, &incident).await, "open");
    // On the page: it says what it did.
    let done = browse(&world, "POST", &snooze, Some(&world.session), "same-origin").await;
    assert!(done.status == 200 && done.text.contains("Nobody is told about it for an hour"), "{}", done.text);
    // By the API, by the person who is signed in.
    let path = snooze.replacen("/act/", "/api/v1/alert-links/", 1);
    assert_eq!(world.ask("GET", &path, None).await.json()["action"], "snooze");
    assert_eq!(world.ask("POST", &path, None).await.status, 200);
    let silence = world.ask("GET", "/api/v1/snoozes", None).await.json();
    assert_eq!(silence["items"][0]["until"], "2026-11-24T13:00:00Z");
    world.clock.advance(SignedDuration::from_hours(31 * 24));
    assert_eq!(world.ask("GET", &path, None).await.problem().0, 401, "the session has ended too");
    let old = browse(&world, "GET", &acknowledge, None, "none").await;
    assert_eq!(old.status, 404, "{}", old.text);
}

/// Somebody reads the mail the morning after: nothing is left to do, and the page says so before its button is looked for.
#[tokio::test]
async fn a_link_to_what_is_over_says_so() {
    let (world, incident, links) = world().await;
    assert_eq!(world.ask("POST", &format!("/api/v1/incidents/{incident}/resolve"), None).await.status, 200);
    for link in &links {
        let asked = browse(&world, "GET", link, Some(&world.session), "none").await;
        assert!(asked.status == 200 && asked.text.contains("It is over"), "{}", asked.text);
        assert!(!asked.text.contains("<form"), "{}", asked.text);
    }
    let [acknowledge, snooze] = &links;
    let done = browse(&world, "POST", acknowledge, Some(&world.session), "same-origin").await;
    assert!(done.status == 200 && done.text.contains("It is over"), "{}", done.text);
    let refused = browse(&world, "POST", snooze, Some(&world.session), "same-origin").await;
    assert!(refused.status == 409 && refused.text.contains("the incident is over"), "{}", refused.text);
    assert_eq!(world.ask("GET", "/api/v1/snoozes", None).await.json()["items"], serde_json::json!([]));
}

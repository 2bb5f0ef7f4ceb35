use serde_json::{Value, json};

use crate::world::{World, receiver};

const CHANNELS: &str = "/api/v1/channels";

#[tokio::test]
async fn a_channel_is_made_shown_changed_tried_and_removed() {
    let world = World::new().await;
    let (url, seen) = receiver().await;
    let id = world.hook("hook", &url).await;
    let one = format!("{CHANNELS}/{id}");
    let shown = world.ask("GET", &one, None).await.json();
    assert_eq!(
        (&shown["name"], &shown["kind"], &shown["enabled"]),
        (&json!("hook"), &json!("webhook"), &json!(true))
    );
    let tried = world.ask("POST", &format!("{one}/test"), None).await.json();
    assert_eq!((&tried["sent"], &tried["answer"]), (&json!(true), &json!("200")), "{tried}");
    assert!(seen.lock().unwrap()[0].contains("Test message"), "{:?}", seen.lock().unwrap());
    let change = json!({"name": "other", "default": true, "enabled": false});
    let changed = world.ask("PATCH", &one, Some(change)).await.json();
    assert_eq!(
        (&changed["name"], &changed["default"], &changed["enabled"]),
        (&json!("other"), &json!(true), &json!(false))
    );
    assert_eq!(changed["disabled_why"], "disabled by ada@acme.example");
    let listed = world.ask("GET", CHANNELS, None).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(world.ask("DELETE", &one, None).await.status, 204);
    assert_eq!(world.ask("GET", &one, None).await.problem().1, "not_found");
    assert_eq!(world.ask("DELETE", &one, None).await.status, 404);
}

/// Settings of each kind whose secrets are all the word `hunter2`, as far as their form allows.
fn secret_settings() -> Vec<(&'static str, Value)> {
    vec![
        (
            "webhook",
            json!({"url": "https://h.example/x", "headers": {"Authorization": "hunter2secret"},
            "signing_secret": "hunter2secret-hunter2"}),
        ),
        ("slack", json!({"webhook_url": "https://hooks.slack.com/services/T0/B0/hunter2secret"})),
        ("slack", json!({"bot_token": "xoxb-1234567890-hunter2secret", "channel": "C0123"})),
        (
            "email",
            json!({"to": ["a@acme.example"], "host": "m.example", "from": "b@acme.example", "user": "u",
            "password": "hunter2secret"}),
        ),
        ("pagerduty", json!({"routing_key": "hunter2secrethunter2secrethunter"})),
        ("teams", json!({"url": "https://prod-1.logic.azure.com/workflows/1?sig=hunter2secret"})),
        ("discord", json!({"url": "https://discord.com/api/webhooks/1/hunter2secret"})),
        ("telegram", json!({"token": "110201543:hunter2secrethunter2secrethunter2s", "chat": "-1001234"})),
        ("ntfy", json!({"topic": "cron", "token": "hunter2secret"})),
        ("opsgenie", json!({"api_key": "hunter2secret-hunter2secret-hunter2"})),
    ]
}

#[tokio::test]
async fn no_answer_holds_a_secret_of_any_kind() {
    let world = World::new().await;
    for (n, (kind, settings)) in secret_settings().into_iter().enumerate() {
        let body = json!({"name": format!("c{n}"), "kind": kind, "settings": settings});
        let made = world.ask("POST", CHANNELS, Some(body)).await;
        assert_eq!(made.status, 201, "{kind}: {}", made.text);
        let one = format!("{CHANNELS}/{}", made.id());
        let renamed = json!({"name": format!("d{n}")});
        let answers = [
            made.text,
            world.ask("GET", &one, None).await.text,
            world.ask("PATCH", &one, Some(renamed)).await.text,
            world.ask("GET", CHANNELS, None).await.text,
            world.ask("GET", "/api/v1/audit", None).await.text,
        ];
        for text in answers {
            assert!(!text.contains("hunter2"), "{kind}: {text}");
        }
        // A wrong change does not repeat it either.
        let wrong = json!({"settings": {"nonsense": "hunter2"}});
        let refused = world.ask("PATCH", &one, Some(wrong)).await;
        assert_eq!(refused.status, 422, "{kind}: {}", refused.text);
        assert!(!refused.text.contains("hunter2"), "{kind}: {}", refused.text);
    }
}

#[tokio::test]
async fn what_is_malformed_is_refused_with_its_place_and_nothing_is_made() {
    let world = World::new().await;
    let hook = |name: &str, settings: Value| json!({"name": name, "kind": "webhook", "settings": settings});
    let fine = json!({"url": "https://h.example/x"});
    for (body, pointers) in [
        (hook("Not A Slug", fine.clone()), vec!["/name"]),
        (hook(&"x".repeat(64), fine.clone()), vec!["/name"]),
        (hook("", fine.clone()), vec!["/name"]),
        (hook("hook", json!({"url": "nowhere"})), vec!["/settings/url"]),
        (hook("hook", json!({"url": "file:///etc/passwd"})), vec!["/settings/url"]),
        (
            hook("hook", json!({"url": "https://h.example/x", "headers": {"Host": "x"}})),
            vec!["/settings/headers"],
        ),
        (hook("hook", json!({"url": "https://h.example/x", "body": "{% for %}"})), vec!["/settings/body"]),
    ] {
        let said = world.ask("POST", CHANNELS, Some(body.clone())).await;
        let wanted = (422, "invalid".to_owned(), pointers.into_iter().map(str::to_owned).collect());
        assert_eq!(said.problem(), wanted, "{body}");
    }
    for body in
        ["", "{", "[]", "null", "{\"name\": 1}", "{\"name\": \"x\", \"kind\": \"pigeon\", \"settings\": {}}"]
    {
        let said = world.raw(&world.session, "POST", CHANNELS, body.to_owned()).await;
        assert!([400, 422].contains(&said.status), "{body}: {}", said.text);
        assert!(["bad_request", "invalid"].contains(&said.problem().1.as_str()), "{body}");
    }
    let unknown = json!({"name": "x", "kind": "webhook", "settings": fine, "surprise": 1});
    assert_eq!(world.ask("POST", CHANNELS, Some(unknown)).await.status, 422);
    for id in ["nonsense", "chn_1", "..%2f..", "inc_00000000000000000000000001"] {
        let said = world.ask("GET", &format!("{CHANNELS}/{id}"), None).await;
        assert!([400, 404].contains(&said.status), "{id}: {}", said.text);
    }
    assert_eq!(world.ask("GET", CHANNELS, None).await.json()["items"], json!([]));
}

#[tokio::test]
async fn what_is_too_large_or_too_many_is_refused() {
    let world = World::new().await;
    let body = json!({"name": "hook", "kind": "webhook",
        "settings": {"url": "https://h.example/x", "body": "x".repeat(70_000)}});
    assert_eq!(world.ask("POST", CHANNELS, Some(body)).await.problem().1, "too_large");
    let headers: serde_json::Map<String, Value> = (0..31).map(|n| (format!("X-{n}"), json!("v"))).collect();
    let body = json!({"name": "hook", "kind": "webhook", "settings": {"url": "https://h.example/x", "headers": headers}});
    assert_eq!(world.ask("POST", CHANNELS, Some(body)).await.problem().2, ["/settings/headers"]);
    world.hook("hook", "https://h.example/x").await;
    let again = json!({"name": "hook", "kind": "webhook", "settings": {"url": "https://h.example/y"}});
    assert_eq!(world.ask("POST", CHANNELS, Some(again)).await.problem().1, "conflict");
}

#[tokio::test]
async fn another_tenants_channel_is_not_there() {
    let world = World::new().await;
    let id = world.hook("hook", "https://h.example/x").await;
    for (method, path) in [
        ("GET", format!("{CHANNELS}/{id}")),
        ("PATCH", format!("{CHANNELS}/{id}")),
        ("DELETE", format!("{CHANNELS}/{id}")),
        ("POST", format!("{CHANNELS}/{id}/test")),
    ] {
        let said = world.ask_as(&world.rival, method, &path, Some(json!({}))).await;
        assert_eq!(said.problem().1, "not_found", "{method} {path}");
    }
    assert_eq!(world.ask_as(&world.rival, "GET", CHANNELS, None).await.json()["items"], json!([]));
    assert_eq!(world.ask("GET", &format!("{CHANNELS}/{id}"), None).await.status, 200);
}

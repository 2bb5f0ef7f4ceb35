//! What messages say, end to end: facts that are gathered when they are sent.

use crontopus_app::alerts::{AlertSettings, ChannelKind, Endpoints, NewChannel};
use crontopus_app::{SecretHealth, TenantChange};
use crontopus_notify::testing::Receiver;
use crontopus_store::testing::each;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::json;

use crate::world::{World, got, job};

#[tokio::test]
async fn a_recovery_is_compared_with_the_success_before_the_trouble() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        world.succeed("production/backup").await;
        world.pass(3600).await;
        for _ in 0..2 {
            world.fail("production/backup").await;
            world.pass(600).await;
        }
        world.succeed("production/backup").await;
        world.work().await;
        assert_eq!(got(&receiver), ["opened /hook", "resolved /hook"]);
        let told = receiver.seen()[1].json();
        assert_eq!(told["title"], "Recovered: production/backup after 20 min");
        let subject = &told["incidents"][0];
        assert_eq!((&subject["bad_runs"], &subject["run"]["exit_status"]), (&json!(2), &json!(0)));
        let before = subject["last_success_at"].as_str().unwrap();
        assert!(before.starts_with("2026-11-24T12:00:00"), "the success before, not its own: {before}");
        // While it was open, the last success is the same.
        assert_eq!(receiver.seen()[0].json()["incidents"][0]["last_success_at"], before);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn times_are_told_in_the_tenants_zone() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        let change = TenantChange { timezone: Some("Asia/Kathmandu".to_owned()), ..TenantChange::default() };
        world.app.update_tenant(&world.actor, change).await.unwrap();
        world.fail("production/backup").await;
        world.work().await;
        let told = receiver.seen()[0].json();
        assert_eq!(told["incidents"][0]["opened_at_local"], "Tue 24 Nov 2026, 17:45:00 +0545");
        world.end().await;
    })
    .await;
}

/// Slack's bot: one message for each incident, kept up to date, and an answer in its thread.
#[tokio::test]
async fn a_bot_keeps_one_message_for_each_incident_and_answers_in_its_thread() {
    each(|store| async move {
        let slack = Receiver::start().await;
        let endpoints = Endpoints { slack: slack.url("/api"), ..Endpoints::default() };
        let world = World::with(store, AlertSettings { endpoints, ..AlertSettings::default() }).await;
        let settings = json!({"bot_token": "xoxb-1234567890-abc", "channel": "C0123"});
        let new =
            NewChannel { name: "chat".to_owned(), kind: ChannelKind::Slack, settings, is_default: false };
        world.app.create_channel(&world.actor, new).await.unwrap();
        let names = ["one", "two"];
        let files = names.map(|name| (format!("production/{name}.yaml"), job(name, "{}")));
        world.push(&files.each_ref().map(|(path, text)| (path.as_str(), text.clone()))).await;
        for (n, name) in names.iter().enumerate() {
            let body = json!({"ok": true, "channel": "C77", "ts": format!("10{n}.5")}).to_string();
            slack.reply(200, &[], &body);
            world.fail(&format!("production/{name}")).await;
            world.work().await;
        }
        assert_eq!(slack.seen().len(), 2);
        for _ in 0..4 {
            slack.reply(200, &[], &json!({"ok": true, "channel": "C77", "ts": "999.9"}).to_string());
        }
        let two = world.incidents().await.into_iter().find(|i| i.title.contains("two")).unwrap().id;
        world.app.acknowledge_incident(&world.actor, two).await.unwrap();
        world.work().await;
        world.succeed("production/two").await;
        world.work().await;
        let later: Vec<(String, String)> = slack.seen()[2..]
            .iter()
            .map(|seen| {
                let body = seen.json();
                let place = body["ts"].as_str().or(body["thread_ts"].as_str()).unwrap().to_owned();
                assert_eq!(
                    (&body["channel"], seen.header("authorization")),
                    (&json!("C77"), Some("Bearer xoxb-1234567890-abc"))
                );
                (seen.path.clone(), place)
            })
            .collect();
        let expected = ["chat.update", "chat.postMessage", "chat.update", "chat.postMessage"];
        let expected: Vec<_> = expected.iter().map(|m| (format!("/api/{m}"), "101.5".to_owned())).collect();
        assert_eq!(later, expected, "the message of the second incident, and its thread");
        world.end().await;
    })
    .await;
}

/// Its key is changed while the service runs; without the old key all goes on, with none of them it says so.
#[tokio::test]
async fn keys_are_changed_without_losing_a_channel() {
    each(|store| async move {
        let (receiver, keys) = (Receiver::start().await, tempfile::tempdir().unwrap());
        let file = keys.path().join("keys");
        let (old, new) = ("ab".repeat(32), "cd".repeat(32));
        std::fs::write(&file, &old).unwrap();
        let alerts = AlertSettings { secret_keys_file: Some(file.clone()), ..AlertSettings::default() };
        let world = World::with(store.clone(), alerts).await;
        let hook = world.hook("hook", &receiver).await;
        let health = async || SecretHealth::look(&store, &world.data(), Some(&file)).await.unwrap();
        let first = health().await;
        assert_eq!((first.current, first.older, first.keys.len()), (1, 0, 1));

        std::fs::write(&file, format!("{new}\n{old}\n")).unwrap();
        assert_eq!((health().await.current, health().await.older), (0, 1));
        assert!(world.app.test_channel(&world.actor, hook.id).await.unwrap().sent);
        assert_eq!(world.app.reseal().await.unwrap().changed, 1);
        std::fs::write(&file, &new).unwrap();
        assert_eq!((health().await.current, health().await.older), (1, 0));
        assert!(world.app.test_channel(&world.actor, hook.id).await.unwrap().sent);

        // The wrong key: the message waits, nothing of it is lost, and the missing key is named.
        std::fs::write(&file, "ef".repeat(32)).unwrap();
        let lost = health().await;
        assert_eq!(lost.lost, [format!("channel {} of {}", hook.id, world.actor.tenant_id)]);
        assert_eq!(lost.missing_keys.len(), 1);
        assert!(!lost.keys.contains(lost.missing_keys.first().unwrap()));
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        world.fail("production/backup").await;
        world.work().await;
        let waiting = world.deliveries().await.pop().unwrap();
        assert_eq!(waiting.answer.as_deref(), Some("an internal error of the server; see its log"));
        std::fs::write(&file, &new).unwrap();
        world.live(2).await;
        assert!(got(&receiver).contains(&"opened /hook".to_owned()));
        world.end().await;
    })
    .await;
}

/// Every try is counted by the kind of its channel and what became of it.
#[tokio::test]
async fn tries_are_counted() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        receiver.reply(503, &[], "");
        receiver.reply(200, &[], "");
        receiver.reply(422, &[], "");
        world.fail("production/backup").await;
        world.work().await;
        world.live(2).await;
        world.succeed("production/backup").await;
        world.work().await;
        receiver.reply(410, &[], "");
        world.pass(60).await;
        world.fail("production/backup").await;
        world.work().await;
        let mut registry = Registry::default();
        world.app.register_metrics(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for (labels, count) in [
            (r#"kind="webhook",outcome="sent""#, 1),
            (r#"kind="webhook",outcome="later""#, 1),
            (r#"kind="webhook",outcome="refused""#, 1),
            (r#"kind="webhook",outcome="broken""#, 1),
            (r#"kind="webhook",outcome="given_up""#, 0),
            (r#"kind="email",outcome="sent""#, 0),
        ] {
            let line = format!("delivery_tries_total{{{labels}}} {count}");
            assert!(text.contains(&line), "{line}\n{text}");
        }
        assert!(
            !text.contains("deliveries_untold_total 0\n"),
            "there was neither another channel nor a mail server"
        );
        world.end().await;
    })
    .await;
}

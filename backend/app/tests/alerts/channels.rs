use crontopus_app::alerts::{ChannelChange, ChannelKind, NewChannel};
use crontopus_notify::testing::Receiver;
use crontopus_store::testing::each;
use serde_json::json;

use crate::world::World;

fn slack(url: &str) -> NewChannel {
    let settings = json!({"webhook_url": url});
    NewChannel { name: "chat".to_owned(), kind: ChannelKind::Slack, settings, is_default: false }
}

#[tokio::test]
async fn secrets_are_encrypted_kept_and_never_shown() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        let url = receiver.url("/services/T0/B0/verysecret");
        let made = world.app.create_channel(&world.actor, slack(&url)).await.unwrap();
        assert!(!made.settings.contains("verysecret"), "{}", made.settings);
        assert!(!made.sealed.windows(10).any(|window| window == b"verysecret"));
        let test = world.app.test_channel(&world.actor, made.id).await.unwrap();
        assert!(test.sent, "{test:?}");
        assert_eq!(receiver.seen()[0].path, "/services/T0/B0/verysecret");

        // The key changes; everything is readable after as before.
        assert_eq!(world.app.reseal().await.unwrap().changed, 1);
        let changed = world.app.get_channel(&world.actor, made.id).await.unwrap();
        assert_ne!(changed.sealed, made.sealed);
        assert!(world.app.test_channel(&world.actor, made.id).await.unwrap().sent);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        let settings = json!({"url": receiver.url("/one"), "headers": {"X-Token": "abc"}});
        let new =
            NewChannel { name: "hook".to_owned(), kind: ChannelKind::Webhook, settings, is_default: false };
        let made = world.app.create_channel(&world.actor, new.clone()).await.unwrap();
        assert!(world.app.create_channel(&world.actor, new).await.is_err(), "the name is taken");
        let settings = Some(json!({"url": receiver.url("/two")}));
        let change = ChannelChange { settings, ..ChannelChange::default() };
        world.app.update_channel(&world.actor, made.id, change).await.unwrap();
        world.app.test_channel(&world.actor, made.id).await.unwrap();
        let seen = receiver.seen().remove(0);
        assert_eq!((seen.path.as_str(), seen.header("x-token")), ("/two", Some("abc")));

        let wrong = ChannelChange { settings: Some(json!({"url": "nowhere"})), ..ChannelChange::default() };
        let error = world.app.update_channel(&world.actor, made.id, wrong).await.unwrap_err();
        assert!(
            matches!(&error, crontopus_app::Error::Invalid(f) if f[0].pointer == "/settings/url"),
            "{error:?}"
        );
        world.app.delete_channel(&world.actor, made.id).await.unwrap();
        assert!(world.app.get_channel(&world.actor, made.id).await.is_err());
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_test_shows_the_providers_answer_and_nothing_follows_from_it() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        let made = world.app.create_channel(&world.actor, slack(&receiver.url("/x"))).await.unwrap();
        receiver.reply(404, &[], "no_service");
        let test = world.app.test_channel(&world.actor, made.id).await.unwrap();
        assert_eq!((test.sent, test.answer.as_str()), (false, "404 no_service"));
        let row = world.app.get_channel(&world.actor, made.id).await.unwrap();
        assert!(row.enabled);
        assert_eq!((row.last_sent, row.last_answer.as_deref()), (Some(false), Some("404 no_service")));
        assert_eq!(world.told().await, ["test chat failed"]);
        world.end().await;
    })
    .await;
}

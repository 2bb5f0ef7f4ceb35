use crontopus_app::alerts::{ChannelChange, DeliveryState};
use crontopus_notify::testing::{MailReceiver, MailTls, Receiver, Reply};
use crontopus_store::SystemScope;
use crontopus_store::testing::each;
use serde_json::json;

use crate::world::{World, got, job};

#[tokio::test]
async fn what_is_not_taken_is_tried_again_with_the_same_key() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        receiver.reply(503, &[], "busy");
        receiver.reply_with(Reply::Hang);
        world.fail("production/backup").await;
        world.work().await;
        let waiting = world.deliveries().await.remove(0);
        assert_eq!((waiting.attempts, waiting.state), (1, DeliveryState::Waiting));
        assert_eq!(waiting.answer.as_deref(), Some("503 busy"));
        assert_eq!(world.app.get_delivery_backlog(&world.actor).await.unwrap().waiting, 1);
        world.live(3).await;
        let seen = receiver.seen();
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|s| s.header("idempotency-key") == seen[0].header("idempotency-key")));
        assert_eq!(world.told().await, ["opened hook sent"]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_wants_a_pause_gets_it_for_the_whole_channel() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world
            .push(&[("production/one.yaml", job("one", "{}")), ("production/two.yaml", job("two", "{}"))])
            .await;
        receiver.reply(429, &["Retry-After: 300"], "");
        world.fail("production/one").await;
        world.work().await;
        world.fail("production/two").await;
        world.live(4).await;
        assert_eq!(receiver.seen().len(), 1);
        world.live(3).await;
        assert_eq!(receiver.seen().len(), 3);
        world.end().await;
    })
    .await;
}

/// Several messages are on their way at once; what is taken beside a refusal does not end the pause.
#[tokio::test]
async fn a_pause_holds_though_another_message_is_taken() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let names = ["one", "two", "three"];
        let files = names.map(|name| (format!("production/{name}.yaml"), job(name, "{}")));
        world.push(&files.each_ref().map(|(path, text)| (path.as_str(), text.clone()))).await;
        receiver.reply(429, &["Retry-After: 300"], "");
        world.fail("production/one").await;
        world.fail("production/two").await;
        world.work().await;
        assert_eq!(receiver.seen().len(), 2, "both were on their way");
        world.fail("production/three").await;
        world.live(4).await;
        assert_eq!(receiver.seen().len(), 2);
        world.live(3).await;
        assert_eq!(receiver.seen().len(), 4);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_will_never_work_is_disabled_and_the_owners_hear_what_was_lost() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let receiver = Receiver::start().await;
        let world = World::with_mail(store, &mail).await;
        let channel = world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        receiver.reply(404, &[], "no such hook");
        world.fail("production/backup").await;
        world.work().await;
        let row = world.app.get_channel(&world.actor, channel.id).await.unwrap();
        assert!(!row.enabled);
        assert_eq!(row.disabled_why.as_deref(), Some("404 no such hook"));
        let data = &mail.taken()[0].data;
        assert!(data.contains("Channel hook was disabled") && data.contains("production/backup"), "{data}");
        assert_eq!(world.told().await, ["opened hook failed", "notice owners sent"]);

        // What happens while it is disabled goes elsewhere; mended, it works again.
        world.pass(60).await;
        world.fail("production/backup").await;
        world.succeed("production/backup").await;
        world.fail("production/backup").await;
        world.work().await;
        assert_eq!(receiver.seen().len(), 1);
        assert_eq!(mail.taken().len(), 2);
        let settings = Some(json!({"url": receiver.url("/mended")}));
        let change = ChannelChange { settings, ..ChannelChange::default() };
        assert!(world.app.update_channel(&world.actor, channel.id, change).await.unwrap().enabled);
        world.succeed("production/backup").await;
        world.fail("production/backup").await;
        world.work().await;
        assert!(got(&receiver).contains(&"opened /mended".to_owned()));
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_refused_does_not_end_its_channel() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let receiver = Receiver::start().await;
        let world = World::with_mail(store, &mail).await;
        let channel = world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        receiver.reply(422, &[], "too odd");
        world.fail("production/backup").await;
        world.work().await;
        assert!(world.app.get_channel(&world.actor, channel.id).await.unwrap().enabled);
        assert!(mail.taken()[0].data.contains("A message to channel hook was given up"));
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn after_a_day_a_message_is_given_up_and_the_owners_are_told() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let world = World::with_mail(store, &mail).await;
        let receiver = Receiver::start().await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        for _ in 0..100 {
            receiver.reply(503, &[], "");
        }
        world.fail("production/backup").await;
        for _ in 0..50 {
            world.work().await;
            world.jump(1800);
        }
        let first = world.deliveries().await.remove(0);
        assert_eq!(first.state, DeliveryState::Failed);
        assert!((20..60).contains(&first.attempts), "{}", first.attempts);
        assert!(mail.taken().iter().any(|mail| mail.data.contains("was given up")));
        world.end().await;
    })
    .await;
}

/// A channel breaks while something else waits to be tried again through it: others hear that at once, not in a day.
#[tokio::test]
async fn what_waits_for_a_channel_that_breaks_is_told_to_others() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let receiver = Receiver::start().await;
        let world = World::with_mail(store, &mail).await;
        let channel = world.hook("hook", &receiver).await;
        world
            .push(&[("production/one.yaml", job("one", "{}")), ("production/two.yaml", job("two", "{}"))])
            .await;
        receiver.reply(503, &[], "busy");
        receiver.reply(404, &[], "no such hook");
        world.fail("production/one").await;
        world.work().await;
        world.fail("production/two").await;
        world.work().await;
        assert_eq!(world.told().await, ["opened hook waiting", "opened hook failed", "notice owners sent"]);
        world.live(1).await;
        let told: Vec<String> = mail.taken().into_iter().map(|mail| mail.data).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("Channel hook was disabled") && told[0].contains("production/two"));
        assert!(
            told[1].contains("A message to channel hook was given up") && told[1].contains("production/one")
        );
        assert_eq!(receiver.seen().len(), 2, "it is not asked again");
        let row = world.app.get_channel(&world.actor, channel.id).await.unwrap();
        assert_eq!(row.last_answer.as_deref(), Some("404 no such hook"), "what the provider said last stays");
        assert_eq!(world.app.get_delivery_backlog(&world.actor).await.unwrap().waiting, 0);
        world.end().await;
    })
    .await;
}

/// Somebody switches a channel off: what begins goes elsewhere, what ends waits for a day, and the service does not
/// think that it is behind.
#[tokio::test]
async fn ends_wait_for_a_channel_that_is_switched_off() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let receiver = Receiver::start().await;
        let world = World::with_mail(store, &mail).await;
        let channel = world.hook("hook", &receiver).await;
        let switch = async |enabled| {
            let change = ChannelChange { enabled: Some(enabled), ..ChannelChange::default() };
            world.app.update_channel(&world.actor, channel.id, change).await.unwrap();
        };
        world
            .push(&[("production/one.yaml", job("one", "{}")), ("production/two.yaml", job("two", "{}"))])
            .await;
        world.fail("production/one").await;
        world.work().await;
        switch(false).await;
        world.succeed("production/one").await;
        world.fail("production/two").await;
        world.live(10).await;
        assert_eq!(got(&receiver), ["opened /hook"]);
        assert_eq!(mail.taken().len(), 1);
        assert!(mail.taken()[0].data.contains("production/two failed"));
        let mut read = world.app.store().read(SystemScope::for_task("test")).await.unwrap();
        let backlog = read.outbox_backlog(crontopus_clock::Clock::now_ms(&world.clock)).await.unwrap();
        assert_eq!(backlog.waiting, 0, "what waits for a channel that is off is nobody's delay");
        drop(read);
        switch(true).await;
        world.work().await;
        assert_eq!(got(&receiver), ["opened /hook", "resolved /hook"]);
        world.end().await;
    })
    .await;
}

/// One owner's mailbox is gone; the others hear what nobody else could be told.
#[tokio::test]
async fn one_owners_dead_mailbox_does_not_silence_the_owners() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let receiver = Receiver::start().await;
        let world = World::with_mail(store, &mail).await;
        world.owner("nobody@acme.example").await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        receiver.reply(410, &[], "gone");
        world.fail("production/backup").await;
        world.work().await;
        let taken = mail.taken();
        assert_eq!((taken.len(), &taken[0].to[..]), (1, &["ada@acme.example".to_owned()][..]));
        assert!(taken[0].data.contains("production/backup"), "{}", taken[0].data);
        let shown = world.deliveries().await.pop().unwrap();
        let answer = shown.answer.unwrap();
        assert!(answer.contains("not for nobody@acme.example: 550"), "{answer}");
        world.end().await;
    })
    .await;
}

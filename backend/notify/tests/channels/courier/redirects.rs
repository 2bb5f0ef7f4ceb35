//! Nobody is led to where they may not go.

use std::sync::Arc;

use crontopus_notify::testing::Receiver;
use crontopus_notify::{Addresses, Channel, ChannelKind, Courier, Endpoints, Outcome};
use serde_json::json;

use super::world::{courier, message, send, word};

async fn hook(courier: &Courier, url: &str) -> Outcome {
    let channel = Channel::new(ChannelKind::Webhook, &json!({"url": url})).unwrap();
    let parcel = channel.parcel(&message(), None, &Endpoints::default());
    courier.send(&channel, &parcel).await
}

#[tokio::test]
async fn private_addresses_are_refused_however_they_are_written() {
    let receiver = Receiver::start().await;
    let public = Courier::new(Addresses::Public, None);
    let port = receiver.url("/").rsplit(':').next().unwrap().to_owned();
    for host in
        ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"]
    {
        let outcome = hook(&public, &format!("http://{host}:{port}")).await;
        assert!(
            matches!(&outcome, Outcome::Broken { answer } if answer.contains("public Internet")),
            "{host}: {outcome:?}"
        );
    }
    for metadata in ["http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/"] {
        assert_eq!(word(&hook(&public, metadata).await), "broken");
    }
    assert!(receiver.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let receiver = Receiver::start().await;
    // 127.0.0.2 is this machine too, but not the address that is allowed.
    for location in ["http://127.0.0.2:9/", "http://[::1]:9/", "http://10.0.0.1/", "http://169.254.169.254/"]
    {
        for status in [307, 308] {
            receiver.reply(status, &[&format!("Location: {location}")], "");
            let outcome = hook(&courier(), &receiver.url("/")).await;
            assert!(
                matches!(&outcome, Outcome::Broken { answer } if answer.contains("public Internet")),
                "{location}: {outcome:?}"
            );
        }
    }
    assert_eq!(receiver.seen().len(), 8);
}

#[tokio::test]
async fn a_redirect_that_keeps_the_request_is_followed_a_few_times() {
    let receiver = Receiver::start().await;
    receiver.reply(307, &["Location: /next"], "");
    assert_eq!(word(&hook(&courier(), &receiver.url("/first")).await), "sent");
    let seen = receiver.seen();
    assert_eq!((seen[1].path.as_str(), seen[1].method.as_str()), ("/next", "POST"));
    assert_eq!(seen[0].body, seen[1].body);
    for _ in 0..10 {
        receiver.reply(308, &["Location: /again"], "");
    }
    let outcome = hook(&courier(), &receiver.url("/")).await;
    assert!(matches!(&outcome, Outcome::Broken { answer } if answer.contains("redirects")), "{outcome:?}");
    assert_eq!(receiver.seen().len(), 6);
}

#[tokio::test]
async fn other_redirects_are_told_to_whoever_set_the_channel_up() {
    let receiver = Receiver::start().await;
    receiver.reply(301, &["Location: https://elsewhere.example/"], "");
    let outcome = hook(&courier(), &receiver.url("/")).await;
    assert!(
        matches!(&outcome, Outcome::Broken { answer } if answer.contains("elsewhere.example")),
        "{outcome:?}"
    );
    // What carries a token in its address or headers is never sent elsewhere.
    receiver.reply(307, &["Location: /other"], "");
    let slack = json!({"webhook_url": receiver.url("/services/x")});
    assert_eq!(word(&send(&receiver, ChannelKind::Slack, &slack).await), "broken");
    assert_eq!(receiver.seen().len(), 2);
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let receiver = Receiver::start().await;
    receiver.reply(500, &[], &"x".repeat(4 << 20));
    let outcome =
        hook(&Courier::new(Addresses::Also(Arc::new([[127, 0, 0, 1].into()])), None), &receiver.url("/"))
            .await;
    assert!(outcome.answer().len() < 300, "{}", outcome.answer().len());
}

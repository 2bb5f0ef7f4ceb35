//! Every kind of channel makes the same of what every HTTP server may answer; what one provider says in its own words
//! is beside this.

use std::time::Duration;

use crontopus_notify::testing::{Receiver, Reply};
use crontopus_notify::{Channel, ChannelKind, Outcome};
use serde_json::Value;

use super::world::{at, courier, endpoints, message, word};
use crate::samples::settings;

/// Kinds that speak HTTP, by the names of their samples.
fn kinds() -> impl Iterator<Item = (&'static str, ChannelKind, Value)> {
    settings().into_iter().filter(|(_, kind, _)| *kind != ChannelKind::Email)
}

/// Sends a test message to a receiver that answers the first request like this.
async fn answered(name: &str, kind: ChannelKind, settings: &Value, reply: Reply) -> (Receiver, Outcome) {
    let receiver = Receiver::start().await;
    receiver.reply_with(reply);
    let channel = Channel::new(kind, &at(&receiver, name, settings)).unwrap();
    let parcel = channel.parcel(&message(), None, &endpoints(&receiver));
    let outcome = courier().send(&channel, &parcel).await;
    (receiver, outcome)
}

fn answer(status: u16, headers: &[&str], body: &str) -> Reply {
    Reply::Answer(status, headers.iter().map(|line| (*line).to_owned()).collect(), body.to_owned())
}

#[tokio::test]
async fn each_status_means_the_same_to_every_kind() {
    for (name, kind, settings) in kinds() {
        for (status, meaning) in [
            (400, "refused"),
            (401, "broken"),
            (403, "broken"),
            (404, "broken"),
            (408, "later"),
            (410, "broken"),
            (413, "refused"),
            (422, "refused"),
            (429, "later"),
            (500, "later"),
            (502, "later"),
            (503, "later"),
            (504, "later"),
        ] {
            let (receiver, outcome) = answered(name, kind, &settings, answer(status, &[], "so it is")).await;
            assert_eq!(word(&outcome), meaning, "{name} {status}: {outcome:?}");
            assert_eq!(receiver.seen().len(), 1, "{name} {status}: nothing follows what was not taken");
            let told = outcome.answer();
            assert!(told.starts_with(&status.to_string()) && told.contains("so it is"), "{name}: {told}");
        }
    }
}

#[tokio::test]
async fn every_kind_waits_as_long_as_it_is_asked_to() {
    for (name, kind, settings) in kinds() {
        for (status, asked, wanted) in [
            (429, "Retry-After: 7", Some(7)),
            (503, "Retry-After: 120", Some(120)),
            (
                429,
                "Date: Tue, 24 Nov 2026 01:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 01:02:05 GMT",
                Some(125),
            ),
            (429, "Date: Tue, 24 Nov 2026 01:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 00:59:00 GMT", None),
            (429, "Retry-After: Tue, 24 Nov 2026 01:02:05 GMT", None),
            (429, "Retry-After: 99999999", Some(6 * 3_600)),
        ] {
            let (_, outcome) = answered(name, kind, &settings, answer(status, &[asked], "slow down")).await;
            let Outcome::Later { after, .. } = outcome else { panic!("{name} {asked}: {outcome:?}") };
            assert_eq!(after, wanted.map(Duration::from_secs), "{name} {status} {asked}");
        }
    }
}

#[tokio::test]
async fn every_kind_outlives_a_connection_that_breaks() {
    for (name, kind, settings) in kinds() {
        let (_, outcome) = answered(name, kind, &settings, Reply::Hang).await;
        assert_eq!(word(&outcome), "later", "{name}: {outcome:?}");
        assert!(!outcome.answer().contains("127.0.0.1"), "addresses may hold a secret: {}", outcome.answer());
    }
}

/// The clock of the runtime jumps whenever there is nothing else to do.
#[tokio::test(start_paused = true)]
async fn every_kind_gives_up_for_now_whoever_does_not_answer() {
    for (name, kind, settings) in kinds() {
        let (_, outcome) = answered(name, kind, &settings, Reply::Silence).await;
        assert_eq!(
            outcome,
            Outcome::Later { answer: "no answer within 20 s".to_owned(), after: None },
            "{name}"
        );
    }
}

/// 127.0.0.2 is this machine too, but not the address that is allowed.
#[tokio::test]
async fn no_kind_is_led_to_a_private_address() {
    let private = Receiver::start_at("127.0.0.2").await;
    for (name, kind, settings) in kinds() {
        for status in [301, 302, 303, 307, 308] {
            let to = format!("Location: {}", private.url("/latest/meta-data"));
            let (receiver, outcome) = answered(name, kind, &settings, answer(status, &[&to], "")).await;
            assert_eq!(word(&outcome), "broken", "{name} {status}: {outcome:?}");
            assert_eq!(receiver.seen().len(), 1, "{name} {status}");
        }
    }
    assert!(private.seen().is_empty(), "{:?}", private.seen());
}

//! Every message of every channel, also the longest there can be, gets to a receiver that takes what the provider
//! documents and nothing else.

use crontopus_notify::testing::{Receiver, Reply};
use crontopus_notify::{Channel, Message, Occasion, Outcome, Output, Parcel, RunFacts, Subject};

use super::world::{at, courier, endpoints};
use crate::providers;
use crate::samples::{earlier, failed, message, messages, settings};

/// Everything that can be long is as long as it can be, and of characters that grow when they are escaped.
fn longest() -> Vec<Message> {
    let text = |n: usize| "<&\"*_`🦀|".chars().cycle().take(n).collect::<String>();
    let output = Output { text: (0..20).map(|_| text(500)).collect::<Vec<_>>().join("\n"), more: true };
    let huge = |n: u128| {
        let own = failed();
        Subject {
            incident: Some(crontopus_ids::IncidentId::from_bits(n)),
            title: text(400),
            job: Some(format!("{}/{}", "n".repeat(63), "j".repeat(63))),
            host: Some("h".repeat(253)),
            description: Some(text(2_000)),
            owner: Some(text(2_000)),
            runbook: Some(format!("https://wiki.example/{}", "r".repeat(1_500))),
            run: Some(RunFacts {
                reason: Some(text(500)),
                output: Some(output.clone()),
                ..own.run.clone().unwrap()
            }),
            ..own
        }
    };
    let all = (0..50).map(huge).collect::<Vec<_>>();
    let of = |occasion, subjects| message("out_1", "2026-11-24T05:00:00Z", occasion, subjects);
    vec![
        of(Occasion::Opened, vec![huge(1)]),
        of(Occasion::Escalated { step: 16 }, vec![huge(1)]),
        of(Occasion::Opened, all),
    ]
}

#[tokio::test]
async fn providers_take_every_message() {
    for (name, kind, settings) in settings() {
        let receiver = Receiver::start().await;
        receiver.judge(move |seen| providers::answer(name, seen));
        let channel = Channel::new(kind, &at(&receiver, name, &settings)).unwrap();
        let longest = longest().into_iter().map(|message| ("repeated", message));
        let mut sent = 0;
        for (occasion, message) in messages().into_iter().chain(longest) {
            let parcel = channel.parcel(&message, earlier(name, occasion), &endpoints(&receiver));
            let Parcel::Http(calls) = &parcel else { continue };
            let outcome = courier().send(&channel, &parcel).await;
            assert!(matches!(outcome, Outcome::Sent { .. }), "{name} {occasion}: {outcome:?}");
            sent += calls.len();
            // What may fail without consequence was taken too.
            assert_eq!(receiver.seen().len(), sent, "{name} {occasion}");
            let refused = receiver.seen().split_off(sent - calls.len()).into_iter().find_map(|seen| {
                let reply = providers::answer(name, &seen);
                (!matches!(reply, Reply::Answer(200..=299, ..))).then_some(reply)
            });
            assert_eq!(refused, None, "{name} {occasion}");
        }
        assert_eq!(sent == 0, name == "email", "{name}");
    }
}

/// The receiver is no rubber stamp: what providers do not take is refused.
#[tokio::test]
async fn providers_refuse_what_they_do_not_document() {
    use serde_json::{Value, json};
    fn puts(pointer: &'static str, value: Value) -> impl Fn(&mut Value) {
        move |body| *body.pointer_mut(pointer).unwrap() = value.clone()
    }
    type Spoil = Box<dyn Fn(&mut Value)>;
    let wrongs: [(&str, Spoil); 12] = [
        ("slack_webhook", Box::new(puts("/blocks/0/text/text", json!("x".repeat(151))))),
        ("slack_webhook", Box::new(|body| body["surprise"] = json!(1))),
        ("slack_bot", Box::new(puts("/blocks/1/fields/0/text", json!("<!channel>")))),
        ("pagerduty", Box::new(puts("/payload/severity", json!("fatal")))),
        ("pagerduty", Box::new(puts("/payload/summary", json!("x".repeat(1025))))),
        ("teams", Box::new(puts("/attachments/0/content/version", json!("2.0")))),
        ("discord", Box::new(puts("/embeds/0/fields/0/value", json!("")))),
        ("telegram", Box::new(puts("/text", json!("<b>never closed")))),
        ("telegram", Box::new(puts("/text", json!("x".repeat(4097))))),
        ("ntfy", Box::new(puts("/priority", json!(6)))),
        ("opsgenie", Box::new(puts("/message", json!("x".repeat(131))))),
        ("webhook", Box::new(puts("/title", json!("changed on its way")))),
    ];
    for (name, spoil) in wrongs {
        let (_, kind, settings) = settings().into_iter().find(|(own, ..)| *own == name).unwrap();
        let receiver = Receiver::start().await;
        receiver.judge(move |seen| providers::answer(name, seen));
        let channel = Channel::new(kind, &at(&receiver, name, &settings)).unwrap();
        let (_, message) = messages().remove(0);
        let Parcel::Http(mut calls) = channel.parcel(&message, None, &endpoints(&receiver)) else {
            unreachable!()
        };
        let mut body: Value = serde_json::from_str(&calls[0].body).unwrap();
        spoil(&mut body);
        calls[0].body = body.to_string();
        let outcome = courier().send(&channel, &Parcel::Http(calls)).await;
        assert!(!matches!(outcome, Outcome::Sent { .. }), "{name}: {body}");
    }
}

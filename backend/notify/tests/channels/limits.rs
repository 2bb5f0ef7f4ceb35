//! Providers' documented limits, held also by the longest messages there can be.

use crontopus_notify::{Message, Occasion, Output, Parcel, RunFacts, Subject};
use serde_json::Value;

use crate::samples::{failed, message, messages, parcel, settings};

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
    let all = (0..300).map(huge).collect::<Vec<_>>();
    let of = |occasion, subjects| message("out_1", "2026-11-24T05:00:00Z", occasion, subjects);
    vec![
        of(Occasion::Opened, vec![huge(1)]),
        of(Occasion::Escalated { step: 16 }, vec![huge(1)]),
        of(Occasion::Opened, all),
    ]
}

fn length(value: &Value, pointer: &str) -> usize {
    value.pointer(pointer).and_then(Value::as_str).map_or(0, |text| text.chars().count())
}

#[test]
fn the_longest_messages_stay_within_limits() {
    let everything = messages().into_iter().map(|(_, message)| message).chain(longest());
    for message in everything {
        for (name, kind, settings) in settings() {
            let Parcel::Http(calls) = parcel(name, kind, &settings, "repeated", &message) else { continue };
            for call in calls {
                let Ok(body) = serde_json::from_str::<Value>(&call.body) else { continue };
                check(name, &body, call.body.len());
            }
        }
    }
}

fn check(name: &str, body: &Value, bytes: usize) {
    match name {
        "slack_webhook" | "slack_bot" => slack(body),
        "pagerduty" => {
            assert!(length(body, "/payload/summary") <= 1024);
            assert!(bytes <= 512 * 1024, "an event has 512 KB at most");
            assert!(length(body, "/dedup_key") <= 255);
        }
        "teams" => assert!(bytes <= 28 * 1024, "a card has 28 KB at most, not {bytes}"),
        "discord" => discord(body),
        "telegram" => assert!(visible(body["text"].as_str().unwrap()) <= 4096),
        "ntfy" => {
            assert!(body["message"].as_str().unwrap().len() <= 4096);
            assert!(body["actions"].as_array().unwrap().len() <= 3);
        }
        "opsgenie" => {
            assert!(length(body, "/message") <= 130 && length(body, "/description") <= 15_000);
            let details = body["details"].as_object().map_or(0, |details| {
                details.iter().map(|(k, v)| k.chars().count() + v.as_str().unwrap().chars().count()).sum()
            });
            assert!(details <= 8_000, "details have 8,000 characters at most, not {details}");
            assert!(length(body, "/entity") <= 512);
        }
        _ => {}
    }
}

fn slack(body: &Value) {
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    for block in blocks {
        assert!(length(block, "/text/text") <= 3_000, "{block}");
        if block["type"] == "header" {
            assert!(length(block, "/text/text") <= 150);
        }
        let fields = block["fields"].as_array().cloned().unwrap_or_default();
        assert!(fields.len() <= 10 && fields.iter().all(|f| length(f, "/text") <= 2_000));
        let elements = block["elements"].as_array().cloned().unwrap_or_default();
        assert!(elements.len() <= 25);
        for element in elements.iter().filter(|e| e["type"] == "button") {
            assert!(length(element, "/text/text") <= 75 && length(element, "/url") <= 3_000);
        }
    }
}

fn discord(body: &Value) {
    assert!(length(body, "/content") <= 2_000);
    let embed = &body["embeds"][0];
    assert!(length(embed, "/title") <= 256 && length(embed, "/description") <= 4_096);
    let fields = embed["fields"].as_array().unwrap();
    assert!(fields.len() <= 25);
    let mut all = length(embed, "/title") + length(embed, "/description") + length(embed, "/footer/text");
    for field in fields {
        assert!(length(field, "/name") <= 256 && length(field, "/value") <= 1_024);
        all += length(field, "/name") + length(field, "/value");
    }
    assert!(all <= 6_000, "embeds have 6,000 characters at most, not {all}");
}

/// Characters after tags and entities are read.
fn visible(html: &str) -> usize {
    let mut count = 0;
    let mut in_tag = false;
    for c in
        html.replace("&amp;", "&").replace("&lt;", "(").replace("&gt;", ")").replace("&quot;", "'").chars()
    {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => count += 1,
            _ => {}
        }
    }
    count
}

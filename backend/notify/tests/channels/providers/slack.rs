//! <https://docs.slack.dev/reference/block-kit/blocks>, <https://docs.slack.dev/reference/methods/chat.postMessage>,
//! <https://docs.slack.dev/reference/methods/chat.update>

use std::collections::BTreeSet;

use crontopus_notify::testing::Seen;
use serde_json::{Map, Value};

use super::form::{Checked, body, ensure, flag, link, list, object, one_of, text};

pub(super) fn check_webhook(seen: &Seen) -> Checked {
    let body = body(seen, "POST", "/services/T0/B0/x")?;
    content(object(&body, "the message", &["text", "blocks"], &["unfurl_links"])?)
}

/// The Web API answers errors with 200; what is wrong here is a 400 all the same, for the sake of the test.
pub(super) fn check_bot(seen: &Seen) -> Checked {
    ensure(seen.header("authorization") == Some("Bearer xoxb-1234567890-abc"), || "not_authed".to_owned())?;
    match seen.path.as_str() {
        "/slack/chat.update" => {
            let body = body(seen, "POST", "/slack/chat.update")?;
            let fields = object(&body, "the update", &["channel", "ts", "text", "blocks"], &[])?;
            ts(&fields["ts"])?;
            content(fields)
        }
        _ => {
            let body = body(seen, "POST", "/slack/chat.postMessage")?;
            let besides = ["unfurl_links", "thread_ts", "reply_broadcast"];
            let fields = object(&body, "the message", &["channel", "text", "blocks"], &besides)?;
            fields.get("thread_ts").map_or(Ok(()), ts)?;
            content(fields)
        }
    }
}

fn ts(value: &Value) -> Checked {
    let shape = |ts: &str| {
        ts.split_once('.').is_some_and(|(s, n)| s.parse::<u64>().is_ok() && n.parse::<u64>().is_ok())
    };
    ensure(value.as_str().is_some_and(shape), || format!("no message has the ts {value}"))
}

fn content(fields: &Map<String, Value>) -> Checked {
    text(&fields["text"], "text", 1..=40_000)?;
    for name in ["unfurl_links", "reply_broadcast"] {
        fields.get(name).map_or(Ok(()), |value| flag(value, name))?;
    }
    let mut actions = BTreeSet::new();
    list(&fields["blocks"], "blocks", 1..=50)?.iter().try_for_each(|one| block(one, &mut actions))
}

fn block(block: &Value, actions: &mut BTreeSet<String>) -> Checked {
    match block["type"].as_str() {
        Some("header") => plain(&object(block, "header", &["type", "text"], &[])?["text"], 150),
        Some("section") => {
            let fields = object(block, "section", &["type"], &["text", "fields"])?;
            ensure(fields.len() == 2, || format!("a section has text or fields: {block}"))?;
            fields.get("text").map_or(Ok(()), |value| mrkdwn(value, 3_000))?;
            let facts = fields.get("fields").map_or(Ok(&[][..]), |all| list(all, "fields", 1..=10))?;
            facts.iter().try_for_each(|fact| mrkdwn(fact, 2_000))
        }
        Some("context") => {
            let elements = &object(block, "context", &["type", "elements"], &[])?["elements"];
            list(elements, "elements", 1..=10)?.iter().try_for_each(|one| mrkdwn(one, 3_000))
        }
        Some("actions") => {
            let elements = &object(block, "actions", &["type", "elements"], &[])?["elements"];
            list(elements, "elements", 1..=25)?.iter().try_for_each(|one| button(one, actions))
        }
        _ => Err(format!("no such block: {block}")),
    }
}

fn button(button: &Value, actions: &mut BTreeSet<String>) -> Checked {
    let fields = object(button, "button", &["type", "action_id", "url", "text"], &["style"])?;
    one_of(&fields["type"], "type", &["button"])?;
    link(&fields["url"], "url", 3_000)?;
    plain(&fields["text"], 75)?;
    fields.get("style").map_or(Ok(()), |style| one_of(style, "style", &["primary", "danger"]))?;
    let id = text(&fields["action_id"], "action_id", 1..=255)?;
    ensure(actions.insert(id.to_owned()), || format!("two buttons are {id}"))
}

fn plain(value: &Value, most: usize) -> Checked {
    let fields = object(value, "text", &["type", "text"], &["emoji"])?;
    one_of(&fields["type"], "type", &["plain_text"])?;
    text(&fields["text"], "text", 1..=most).map(drop)
}

/// Everything in angle brackets is a link of ours; nothing calls a channel together or names a user.
fn mrkdwn(value: &Value, most: usize) -> Checked {
    let fields = object(value, "text", &["type", "text"], &[])?;
    one_of(&fields["type"], "type", &["mrkdwn"])?;
    let text = text(&fields["text"], "text", 1..=most)?;
    let mut brackets = text.split('<').skip(1);
    ensure(brackets.all(|part| part.starts_with("https://") && part.contains('>')), || {
        format!("brackets in {text}")
    })
}

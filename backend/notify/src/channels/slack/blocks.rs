//! Block Kit: <https://docs.slack.dev/reference/block-kit/blocks>.

use serde_json::{Value, json};

use crate::clip;
use crate::message::{Message, Occasion};

/// Longest text of a section, of a field, and most fields of one section.
const SECTION: usize = 3_000;
const FIELD: usize = 2_000;
const FIELDS: usize = 10;
/// Most elements of a row of buttons that still looks like one.
const BUTTONS: usize = 5;
/// Longest text of a header.
const HEADER: usize = 150;

/// Text for notifications, and blocks.
pub(super) fn content(message: &Message) -> Value {
    let headline = format!("{} {}", message.sign(), message.headline());
    let mut blocks = vec![json!({
        "type": "header", "text": {"type": "plain_text", "text": clip::chars(&headline, HEADER), "emoji": true},
    })];
    let lead = message.lead();
    if !lead.is_empty() {
        blocks.push(section(&escape(&lead)));
    }
    for facts in message.facts().chunks(FIELDS) {
        let field = |(name, value): &(&str, String)| json!({"type": "mrkdwn", "text": clip::chars(&format!("*{name}*\n{}", escape(value)), FIELD)});
        blocks.push(json!({"type": "section", "fields": facts.iter().map(field).collect::<Vec<_>>()}));
    }
    let (lines, more) = message.list();
    if !lines.is_empty() {
        let mut list: Vec<String> = lines
            .iter()
            .map(|(line, link)| format!("• <{link}|{}>", escape(line).replace('|', "¦")))
            .collect();
        list.extend((more > 0).then(|| format!("and {more} more")));
        // Whole lines alone, so that no link is cut.
        let mut text = String::new();
        for line in list {
            if text.len() + line.len() < SECTION - 100 {
                text += &format!("{line}\n");
            }
        }
        blocks.push(section(text.trim_end()));
    }
    if let Some(output) = message.output() {
        let text = escape(clip::tail(&output.text, 2_000)).replace("```", "'''");
        blocks.push(section(&format!("```{}```", clip::tail(&text, SECTION - 10))));
    }
    blocks.push(buttons(message));
    blocks.push(json!({
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": escape(&format!("{} · {}", message.tenant, message.moment(message.at)))}],
    }));
    json!({"text": clip::chars(&escape(&headline), SECTION), "blocks": blocks, "unfurl_links": false})
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": clip::chars(text, SECTION)}})
}

fn buttons(message: &Message) -> Value {
    let urgent = matches!(message.occasion, Occasion::Opened | Occasion::Escalated { .. });
    let button = |(at, (name, link)): (usize, (&str, String))| {
        let mut button = json!({
            "type": "button", "action_id": format!("open_{at}"), "url": link,
            "text": {"type": "plain_text", "text": name},
        });
        if urgent && name == "Acknowledge" {
            button["style"] = json!("primary");
        }
        button
    };
    let elements: Vec<Value> = message.actions().into_iter().take(BUTTONS).enumerate().map(button).collect();
    json!({"type": "actions", "elements": elements})
}

/// The three characters that Slack reads, and what would be taken for formatting at the edge of a word stays text
/// because it is all inside of a value.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

//! Telegram, by a bot: what follows answers the first message about the incident.
//!
//! <https://core.telegram.org/bots/api#sendmessage>

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::form::{FieldProblem, check_key};
use super::{Earlier, Endpoints, Kind};
use crate::clip;
use crate::delivery::{Answer, Call, Outcome, Parcel, judge};
use crate::message::{Message, Occasion};

/// Telegram takes 4,096 characters after its entities are read; this is well below.
const OUTPUT: usize = 1_500;
const FACT: usize = 120;

/// Parts of descriptions that say that no message will get there.
const GONE: &[&str] = &[
    "chat not found",
    "thread not found",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "TOPIC_CLOSED",
    "TOPIC_DELETED",
    "CHAT_WRITE_FORBIDDEN",
];

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Token of the bot.
    token: String,
    /// The chat: its number, or `@name` of a channel.
    chat: String,
    /// Number of a topic in a forum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<i64>,
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["token"];

    fn check(&self) -> Vec<FieldProblem> {
        let mut problems: Vec<_> = check_key("token", &self.token, 30..=100).into_iter().collect();
        let formed = self.token.split_once(':').is_some_and(|(bot, rest)| {
            bot.bytes().all(|b| b.is_ascii_digit())
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        });
        if problems.is_empty() && !formed {
            problems.push(FieldProblem::new("token", "a bot's token looks like 123456:ABC-DEF…"));
        }
        let number = self.chat.strip_prefix('-').unwrap_or(&self.chat);
        let is_number = !number.is_empty() && number.len() < 20 && number.bytes().all(|b| b.is_ascii_digit());
        let is_name = self.chat.strip_prefix('@').is_some_and(|name| {
            (4..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        if !is_number && !is_name {
            problems.push(FieldProblem::new("chat", "a chat is a number, or @name"));
        }
        problems
    }

    fn parcel(&self, message: &Message, earlier: Option<Earlier<'_>>, endpoints: &Endpoints) -> Parcel {
        let mut body = json!({
            "chat_id": self.chat,
            "text": html(message),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
            "disable_notification": matches!(message.occasion, Occasion::Acknowledged),
        });
        if let Some(topic) = self.topic {
            body["message_thread_id"] = json!(topic);
        }
        if let Some(first) = earlier.and_then(|first| first.reference.parse::<i64>().ok()) {
            body["reply_parameters"] = json!({"message_id": first, "allow_sending_without_reply": true});
        }
        let url = format!("{}/bot{}/sendMessage", endpoints.telegram, self.token);
        Parcel::Http(vec![Call::json(url, &body)])
    }

    fn judge(&self, answer: &Answer) -> Outcome {
        let says =
            answer.member("description").and_then(|d| d.as_str().map(str::to_owned)).unwrap_or_default();
        match (answer.status, judge(answer)) {
            // A group that became a supergroup has another number, and says which.
            (400, _) if answer.member("parameters").is_some_and(|p| p["migrate_to_chat_id"].is_i64()) => {
                let to =
                    answer.member("parameters").map(|p| p["migrate_to_chat_id"].clone()).unwrap_or_default();
                Outcome::broken(format!("{}: give the channel the chat {to}", answer.describe()))
            }
            // Chats that are gone, and those where the bot may not write, answer 400 too.
            (400, _) if GONE.iter().any(|word| says.contains(word)) => Outcome::broken(answer.describe()),
            (_, Outcome::Sent { answer: text, .. }) => {
                let id = answer.member("result").and_then(|result| result["message_id"].as_i64());
                Outcome::Sent { answer: clip::chars(&text, 60), reference: id.map(|id| id.to_string()) }
            }
            (_, Outcome::Later { answer: text, after }) => {
                let asked = answer.member("parameters").and_then(|p| p["retry_after"].as_u64());
                let asked = asked.map(|s| Duration::from_secs(s.min(21_600)));
                Outcome::Later { answer: text, after: asked.or(after) }
            }
            (_, other) => other,
        }
    }
}

fn html(message: &Message) -> String {
    let mut text = format!("{} <b>{}</b>", message.sign(), escape(&clip::chars(&message.headline(), 300)));
    let lead = message.lead();
    if !lead.is_empty() {
        text += &format!("\n{}", escape(&clip::chars(&lead, 500)));
    }
    text.push('\n');
    for (name, value) in message.facts() {
        text += &format!("\n{name}: {}", escape(&clip::chars(&value, FACT)));
    }
    let (lines, more) = message.list();
    for (line, link) in lines {
        text += &format!("\n• <a href=\"{}\">{}</a>", escape(&link), escape(&clip::chars(&line, FACT)));
    }
    if more > 0 {
        text += &format!("\nand {more} more");
    }
    if let Some(output) = message.output() {
        text += &format!("\n<pre>{}</pre>", escape(clip::tail(&output.text, OUTPUT)));
    }
    let actions = message.actions();
    let links: Vec<String> =
        actions.iter().map(|(name, link)| format!("<a href=\"{}\">{name}</a>", escape(link))).collect();
    format!("{text}\n\n{}", links.join(" · "))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

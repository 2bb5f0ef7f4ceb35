//! Discord, by a webhook: one message for each incident, which is brought up to date.
//!
//! <https://discord.com/developers/docs/resources/webhook#execute-webhook>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::{FieldProblem, check_url};
use super::{Earlier, Endpoints, Kind};
use crate::clip;
use crate::delivery::{Answer, Call, Method, Outcome, Parcel, judge};
use crate::message::{Message, Occasion};

/// Longest title of an embed, and most fields. A description may have 4,096 characters and a value 1,024, but all
/// together no more than 6,000.
const TITLE: usize = 256;
const DESCRIPTION: usize = 3_000;
const VALUE: usize = 250;
const FIELDS: usize = 25;
const OUTPUT: usize = 1_200;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Address of the webhook.
    url: String,
    /// What is written before each message, such as `<@&123>` to mention a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mention: Option<String>,
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["url"];

    fn check(&self) -> Vec<FieldProblem> {
        let mut problems: Vec<_> = check_url("url", &self.url, false).into_iter().collect();
        if self.mention.as_ref().is_some_and(|mention| mention.chars().count() > 200) {
            problems.push(FieldProblem::new("mention", "at most 200 characters"));
        }
        problems
    }

    fn parcel(&self, message: &Message, earlier: Option<Earlier<'_>>, _: &Endpoints) -> Parcel {
        // `?thread_id=…` leads into a thread of the webhook's channel; without it the message would stand beside.
        let (base, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let base = base.trim_end_matches('/');
        let thread = query.split('&').find(|part| part.starts_with("thread_id="));
        let mut body = json!({"embeds": [embed(message)], "allowed_mentions": {"parse": []}});
        let mut calls = Vec::new();
        let first = earlier.filter(|first| first.same && first.reference.bytes().all(|b| b.is_ascii_digit()));
        if let Some(first) = first {
            let query = thread.map(|thread| format!("?{thread}")).unwrap_or_default();
            let mut update = Call::json(format!("{base}/messages/{}{query}", first.reference), &body);
            (update.method, update.optional) = (Method::Patch, true);
            calls.push(update);
        }
        // People are called only when there is something to do.
        let calls_people = !matches!(message.occasion, Occasion::Resolved | Occasion::Acknowledged);
        if let Some(mention) = self.mention.as_ref().filter(|_| calls_people) {
            body["content"] = json!(mention);
            body["allowed_mentions"] = json!({"parse": ["roles", "users", "everyone"]});
        }
        let query = thread.map(|thread| format!("&{thread}")).unwrap_or_default();
        calls.push(Call::json(format!("{base}?wait=true{query}"), &body));
        Parcel::Http(calls)
    }

    fn judge(&self, answer: &Answer) -> Outcome {
        match judge(answer) {
            Outcome::Sent { answer: text, .. } => {
                let reference = answer.member("id").and_then(|id| id.as_str().map(str::to_owned));
                Outcome::Sent { answer: text, reference }
            }
            Outcome::Later { answer: text, after } => {
                let seconds = answer.member("retry_after").and_then(|s| s.as_f64()).filter(|s| s.is_finite());
                let asked = seconds.map(|s| std::time::Duration::from_secs_f64(s.clamp(0.0, 21_600.0)));
                Outcome::Later { answer: text, after: asked.or(after) }
            }
            other => other,
        }
    }
}

fn embed(message: &Message) -> Value {
    let mut description = escape(&message.lead());
    let (lines, more) = message.list();
    for (line, link) in lines {
        description += &format!("\n- [{}]({link})", escape(&line));
    }
    if more > 0 {
        description += &format!("\nand {more} more");
    }
    if let Some(output) = message.output() {
        let text = clip::tail(&output.text, OUTPUT).replace("```", "'''");
        description += &format!("\n```\n{text}\n```");
    }
    let actions = message.actions();
    let links: Vec<String> = actions.iter().map(|(name, link)| format!("[{name}]({link})")).collect();
    description += &format!("\n{}", links.join(" · "));
    let fields: Vec<Value> = message
        .facts()
        .into_iter()
        .take(FIELDS)
        .map(|(name, value)| {
            let wide = value.chars().count() > 40;
            json!({"name": name, "value": escape(&clip::chars(&value, VALUE / 2)), "inline": !wide})
        })
        .collect();
    json!({
        "title": clip::chars(&format!("{} {}", message.sign(), message.headline()), TITLE),
        "description": clip::chars(description.trim_start(), DESCRIPTION),
        "url": actions.first().map(|(_, link)| link),
        "color": message.colour(),
        "fields": fields,
        "timestamp": message.at.to_string(),
        "footer": {"text": format!("Crontopus · {}", clip::chars(&message.tenant, 100))},
    })
}

/// Nothing in a text is taken for Markdown or a mention.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_~|[]<>@#".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

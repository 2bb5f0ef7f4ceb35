//! Microsoft Teams: an adaptive card, posted to a workflow that was made from *When a Teams webhook request is
//! received*.
//!
//! <https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::{FieldProblem, check_url};
use super::{Earlier, Endpoints, Kind};
use crate::clip;
use crate::delivery::{Answer, Call, Outcome, Parcel, judge};
use crate::message::Message;

/// Teams takes 28 KB of card, in which special characters take several bytes.
const OUTPUT: usize = 2_500;
const FACT: usize = 300;
/// More buttons than this are hidden by Teams.
const BUTTONS: usize = 6;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Address of the workflow.
    url: String,
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["url"];

    fn check(&self) -> Vec<FieldProblem> {
        check_url("url", &self.url, false).into_iter().collect()
    }

    fn parcel(&self, message: &Message, _: Option<Earlier<'_>>, _: &Endpoints) -> Parcel {
        let body = json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": card(message),
            }],
        });
        Parcel::Http(vec![Call::json(&self.url, &body)])
    }

    /// Older connectors answer 200 with a sentence when they could not post.
    fn judge(&self, answer: &Answer) -> Outcome {
        let body = answer.body.to_ascii_lowercase();
        match answer.status {
            200 if body.contains("http error 429") => Outcome::later(answer.describe()),
            200 if body.contains("http error") || body.contains("failed") => {
                Outcome::Refused { answer: answer.describe() }
            }
            _ => judge(answer),
        }
    }
}

fn card(message: &Message) -> Value {
    let headline = format!("{} {}", message.sign(), message.headline());
    let mut body = vec![json!({
        "type": "TextBlock", "text": escape(&headline), "weight": "Bolder", "size": "Medium", "wrap": true,
    })];
    let lead = message.lead();
    if !lead.is_empty() {
        body.push(json!({"type": "TextBlock", "text": escape(&lead), "wrap": true}));
    }
    let facts: Vec<Value> = message
        .facts()
        .into_iter()
        .map(|(name, value)| json!({"title": name, "value": escape(&clip::chars(&value, FACT))}))
        .collect();
    if !facts.is_empty() {
        body.push(json!({"type": "FactSet", "facts": facts}));
    }
    let (lines, more) = message.list();
    for (line, link) in lines {
        body.push(
            json!({"type": "TextBlock", "text": format!("- [{}]({link})", escape(&line)), "wrap": true}),
        );
    }
    if more > 0 {
        body.push(json!({"type": "TextBlock", "text": format!("and {more} more"), "isSubtle": true}));
    }
    if let Some(output) = message.output() {
        body.push(json!({
            "type": "TextBlock", "fontType": "Monospace", "wrap": true,
            "text": escape(clip::tail(&output.text, OUTPUT)).replace('\n', "\n\n"),
        }));
    }
    let actions: Vec<Value> = message
        .actions()
        .into_iter()
        .take(BUTTONS)
        .map(|(title, url)| json!({"type": "Action.OpenUrl", "title": title, "url": url}))
        .collect();
    json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
        "actions": actions,
    })
}

/// Nothing in a text is taken for Markdown.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]#<>|~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

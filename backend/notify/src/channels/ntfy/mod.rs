//! ntfy, the public server or one's own.
//!
//! <https://docs.ntfy.sh/publish/#publish-as-json>

use crontopus_domain::Severity;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::{FieldProblem, check_key, check_url};
use super::{Earlier, Endpoints, Kind};
use crate::clip;
use crate::delivery::{Call, Parcel};
use crate::message::{Message, Occasion};

/// A longer message becomes an attachment.
const MESSAGE: usize = 4_000;
const TITLE: usize = 250;
/// Most buttons ntfy takes.
const BUTTONS: usize = 3;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The topic.
    topic: String,
    /// The server.
    #[serde(default = "public")]
    server: String,
    /// Access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

fn public() -> String {
    "https://ntfy.sh".to_owned()
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["token"];

    fn check(&self) -> Vec<FieldProblem> {
        let topic = &self.topic;
        let is_topic = (1..=64).contains(&topic.len())
            && topic.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let topic = (!is_topic)
            .then(|| FieldProblem::new("topic", "1 to 64 letters, digits, hyphens and underscores"));
        let token = self.token.as_ref().and_then(|token| check_key("token", token, 8..=200));
        topic.into_iter().chain(check_url("server", &self.server, false)).chain(token).collect()
    }

    fn parcel(&self, message: &Message, _: Option<Earlier<'_>>, _: &Endpoints) -> Parcel {
        let actions = message.actions();
        let buttons: Vec<Value> = actions
            .iter()
            .take(BUTTONS)
            .map(|(label, url)| json!({"action": "view", "label": label, "url": url}))
            .collect();
        let priority = match (&message.occasion, message.severity()) {
            (Occasion::Resolved | Occasion::Acknowledged, _) => 2,
            (Occasion::Late, _) => 3,
            (_, Severity::Critical) => 5,
            (_, Severity::Warning) => 4,
            (_, Severity::Info) => 3,
        };
        let body = json!({
            "topic": self.topic,
            "title": clip::bytes(&message.headline(), TITLE),
            "message": clip::bytes(&words(message), MESSAGE),
            "priority": priority,
            "tags": [tag(message), message.word()],
            "click": actions.first().map(|(_, link)| link),
            "actions": buttons,
        });
        let call = Call::json(format!("{}/", self.server.trim_end_matches('/')), &body);
        Parcel::Http(vec![match &self.token {
            Some(token) => call.header("authorization", format!("Bearer {token}")),
            None => call,
        }])
    }
}

fn words(message: &Message) -> String {
    let mut lines: Vec<String> = Some(message.lead()).filter(|lead| !lead.is_empty()).into_iter().collect();
    lines.extend(message.facts().into_iter().map(|(name, value)| format!("{name}: {value}")));
    let (listed, more) = message.list();
    lines.extend(listed.into_iter().map(|(line, _)| format!("- {line}")));
    lines.extend((more > 0).then(|| format!("and {more} more")));
    lines.extend(message.output().map(|output| format!("\n{}", clip::tail(&output.text, 1_500))));
    lines.join("\n")
}

/// Short codes that ntfy shows as a sign.
fn tag(message: &Message) -> &'static str {
    match (&message.occasion, message.severity()) {
        (Occasion::Resolved, _) => "white_check_mark",
        (Occasion::Acknowledged, _) => "eyes",
        (Occasion::Late, _) => "alarm_clock",
        (Occasion::Test { .. }, _) => "wave",
        (_, Severity::Critical) => "rotating_light",
        (_, Severity::Warning) => "warning",
        (_, Severity::Info) => "information_source",
    }
}

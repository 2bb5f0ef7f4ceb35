//! PagerDuty, Events API v2: an alert is triggered, acknowledged and resolved under one `dedup_key`.
//!
//! <https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>

use crontopus_domain::Severity;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::{FieldProblem, check_key};
use super::{Earlier, Endpoints, Kind};
use crate::clip;
use crate::delivery::{Answer, Call, Outcome, Parcel, judge};
use crate::message::facts::is_link;
use crate::message::{Message, Occasion, Subject};

/// Longest summary PagerDuty takes.
const SUMMARY: usize = 1024;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The integration key of a service.
    routing_key: String,
    /// Where the account is.
    #[serde(default)]
    region: Region,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Region {
    #[default]
    Us,
    Eu,
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["routing_key"];

    fn check(&self) -> Vec<FieldProblem> {
        check_key("routing_key", &self.routing_key, 32..=32).into_iter().collect()
    }

    /// One event for each incident, so that each is acknowledged and resolved by itself.
    fn parcel(&self, message: &Message, _: Option<Earlier<'_>>, endpoints: &Endpoints) -> Parcel {
        let url = format!("{}/v2/enqueue", endpoints.pagerduty[self.region as usize]);
        let event = |body: Value| Call::json(&url, &body);
        if message.subjects.is_empty() {
            return Parcel::Http(vec![event(self.trigger_words(message)), event(self.close(&message.id))]);
        }
        let mut calls: Vec<Call> =
            message.subjects.iter().map(|one| event(self.event(message, one))).collect();
        // Nothing would ever close what is late: it starts, or it is missed, which is an incident.
        if message.occasion == Occasion::Late {
            calls.extend(message.subjects.iter().map(|one| event(self.close(&one.key(message)))));
        }
        Parcel::Http(calls)
    }

    /// A 400 names a wrong key; with another cause it is this event that is wrong.
    fn judge(&self, answer: &Answer) -> Outcome {
        match answer.status {
            400 if answer.body.to_ascii_lowercase().contains("routing") => Outcome::broken(answer.describe()),
            _ => judge(answer),
        }
    }
}

impl Settings {
    fn event(&self, message: &Message, one: &Subject) -> Value {
        let key = one.key(message);
        // What was acknowledged meanwhile is triggered all the same: PagerDuty drops what is said of an alert that it
        // does not have, and that somebody took it is the message behind this one.
        match message.occasion {
            _ if message.is_over(one) => return self.close(&key),
            Occasion::Acknowledged => {
                let action = "acknowledge";
                return json!({"routing_key": self.routing_key, "event_action": action, "dedup_key": key});
            }
            _ => {}
        }
        let headline = if message.subjects.len() == 1 { message.headline() } else { one.title.clone() };
        let mut links =
            vec![json!({"href": one.link, "text": if one.incident.is_some() { "Incident" } else { "Job" }})];
        links.extend(one.run_link.iter().map(|link| json!({"href": link, "text": "Run"})));
        let runbook = one.runbook.iter().filter(|link| is_link(link));
        links.extend(runbook.map(|link| json!({"href": link, "text": "Runbook"})));
        let single = Message { subjects: vec![one.clone()], ..message.clone() };
        let mut details: serde_json::Map<String, Value> =
            single.facts().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        if let Some(output) = single.output() {
            details.insert("Output".to_owned(), json!(output.text));
        }
        let mut payload = json!({
            "summary": clip::chars(&headline, SUMMARY),
            "source": one.host.as_deref().or(one.job.as_deref()).unwrap_or(&message.tenant),
            "severity": severity(one.severity),
            "timestamp": one.opened_at.to_string(),
            "class": one.kind.as_str(),
            "custom_details": details,
        });
        if let Some((namespace, _)) = one.job.as_deref().and_then(|job| job.split_once('/')) {
            payload["component"] = json!(one.job);
            payload["group"] = json!(namespace);
        }
        json!({
            "routing_key": self.routing_key,
            "event_action": "trigger",
            "dedup_key": key,
            "client": "Crontopus",
            "client_url": one.link,
            "links": links,
            "payload": payload,
        })
    }

    /// A test, or a notice: it is triggered, and closed at once.
    fn trigger_words(&self, message: &Message) -> Value {
        json!({
            "routing_key": self.routing_key,
            "event_action": "trigger",
            "dedup_key": message.id,
            "client": "Crontopus",
            "client_url": message.links.channels,
            "payload": {
                "summary": clip::chars(&message.headline(), SUMMARY),
                "source": message.tenant,
                "severity": severity(message.severity()),
                "timestamp": message.at.to_string(),
                "class": message.word(),
                "custom_details": {"Message": message.lead()},
            },
        })
    }

    fn close(&self, key: &str) -> Value {
        json!({"routing_key": self.routing_key, "event_action": "resolve", "dedup_key": key})
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}

//! Opsgenie, Alert API v2: an alert is created, acknowledged and closed under one alias.
//!
//! <https://docs.opsgenie.com/docs/alert-api>

use crontopus_domain::Severity;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::{FieldProblem, check_key};
use super::{Earlier, Endpoints, Kind};
use crate::clip;
use crate::delivery::{Call, Parcel};
use crate::message::{Message, Occasion, Subject};

/// Longest `message`, `description`, tag and detail Opsgenie takes.
const MESSAGE: usize = 130;
const DESCRIPTION: usize = 15_000;
const DETAIL: usize = 1_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Key of an API integration.
    api_key: String,
    /// Where the account is.
    #[serde(default)]
    region: Region,
    /// Names of teams to alert; otherwise the integration says who.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    teams: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Region {
    #[default]
    Us,
    Eu,
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["api_key"];

    fn check(&self) -> Vec<FieldProblem> {
        let mut problems: Vec<_> = check_key("api_key", &self.api_key, 20..=80).into_iter().collect();
        if self.teams.len() > 50 {
            problems.push(FieldProblem::new("teams", "at most 50 teams"));
        }
        problems
    }

    fn parcel(&self, message: &Message, _: Option<Earlier<'_>>, endpoints: &Endpoints) -> Parcel {
        let base = format!("{}/v2/alerts", endpoints.opsgenie[self.region as usize]);
        let call = |path: &str, body: &Value| {
            Call::json(format!("{base}{path}"), body)
                .header("authorization", format!("GenieKey {}", self.api_key))
        };
        let act = |alias: &str, verb: &str| {
            let note = clip::chars(&format!("{} {}", message.headline(), message.lead()), DESCRIPTION);
            let body = json!({"source": "Crontopus", "note": note});
            call(&format!("/{alias}/{verb}?identifierType=alias"), &body)
        };
        if message.subjects.is_empty() {
            let body = json!({
                "message": clip::chars(&message.headline(), MESSAGE), "alias": message.id,
                "description": message.lead(), "source": "Crontopus", "entity": message.tenant, "priority": "P5",
            });
            return Parcel::Http(vec![call("", &body), act(&message.id, "close")]);
        }
        let mut calls: Vec<Call> = Vec::new();
        for one in &message.subjects {
            let alias = one.key(message);
            match message.occasion {
                _ if message.is_over(one) => calls.push(act(&alias, "close")),
                Occasion::Acknowledged => calls.push(act(&alias, "acknowledge")),
                // The same alias counts up the alert that is open.
                _ => calls.push(call("", &self.alert(message, one, &alias))),
            }
            // Nothing would ever close what is late: it starts, or it is missed, which is an incident.
            if message.occasion == Occasion::Late {
                calls.push(act(&alias, "close"));
            }
        }
        Parcel::Http(calls)
    }
}

impl Settings {
    fn alert(&self, message: &Message, one: &Subject, alias: &str) -> Value {
        let single = Message { subjects: vec![one.clone()], ..message.clone() };
        let headline = if message.subjects.len() == 1 { message.headline() } else { one.title.clone() };
        let facts = single.facts();
        let details: serde_json::Map<String, Value> = facts
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(clip::chars(&value, DETAIL))))
            .collect();
        let teams: Vec<Value> = self.teams.iter().map(|name| json!({"name": name, "type": "team"})).collect();
        let mut body = json!({
            "message": clip::chars(&headline, MESSAGE),
            "alias": alias,
            "description": clip::chars(&single.text(), DESCRIPTION),
            "details": details,
            "entity": one.place(),
            "source": "Crontopus",
            "priority": match one.severity { Severity::Critical => "P1", Severity::Warning => "P3", Severity::Info => "P5" },
            "tags": [one.kind.as_str(), one.severity.as_str()],
        });
        if !teams.is_empty() {
            body["responders"] = json!(teams);
        }
        body
    }
}

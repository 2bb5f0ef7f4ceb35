//! <https://docs.opsgenie.com/docs/alert-api#create-alert>

use crontopus_notify::testing::Seen;
use serde_json::{Map, Value};

use super::form::{Checked, body, ensure, list, maybe_text, object, one_of, text};

pub(super) fn check(seen: &Seen) -> Checked {
    let key = seen.header("authorization").unwrap_or_default();
    ensure(key == "GenieKey eb243592-faa2-4ba2-a551q-1afdf565c889", || format!("key {key}"))?;
    match seen.path.strip_prefix("/us/v2/alerts/") {
        None => create(&body(seen, "POST", "/us/v2/alerts")?),
        Some(rest) => {
            let (alias, verb) = rest.split_once('/').ok_or("no such method")?;
            let verbs = ["acknowledge?identifierType=alias", "close?identifierType=alias"];
            ensure(verbs.contains(&verb), || format!("no such method: {verb}"))?;
            ensure(!alias.is_empty() && alias.len() <= 512, || format!("alias {alias}"))?;
            let body = body(seen, "POST", &seen.path)?;
            let fields = object(&body, "the request", &[], &["user", "source", "note"])?;
            maybe_text(fields, "source", 1..=100)?;
            maybe_text(fields, "note", 1..=25_000)
        }
    }
}

fn create(body: &Value) -> Checked {
    let besides = [
        "alias",
        "description",
        "responders",
        "tags",
        "details",
        "entity",
        "source",
        "priority",
        "user",
        "note",
    ];
    let fields = object(body, "the alert", &["message"], &besides)?;
    text(&fields["message"], "message", 1..=130)?;
    for (name, most) in [("alias", 512), ("description", 15_000), ("entity", 512), ("source", 100)] {
        maybe_text(fields, name, 1..=most)?;
    }
    fields.get("priority").map_or(Ok(()), |p| one_of(p, "priority", &["P1", "P2", "P3", "P4", "P5"]))?;
    for tag in fields.get("tags").map_or(Ok(&[][..]), |tags| list(tags, "tags", 0..=20))? {
        text(tag, "tag", 1..=50)?;
    }
    for one in fields.get("responders").map_or(Ok(&[][..]), |all| list(all, "responders", 0..=50))? {
        one_of(&object(one, "responder", &["name", "type"], &[])?["type"], "type", &["team", "user"])?;
    }
    details(fields)
}

fn details(fields: &Map<String, Value>) -> Checked {
    let mut all = 0;
    for (name, value) in fields.get("details").and_then(Value::as_object).into_iter().flatten() {
        all += name.chars().count() + text(value, name, 0..=8_000)?.chars().count();
    }
    ensure(all <= 8_000, || format!("details have {all} characters"))
}

//! <https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>,
//! <https://developer.pagerduty.com/docs/events-api-v2/acknowledge-and-resolve/>

use crontopus_notify::testing::Seen;
use serde_json::Value;

use super::form::{Checked, body, ensure, link, list, maybe_text, moment, object, one_of, text};

pub(super) fn check(seen: &Seen) -> Checked {
    let body = body(seen, "POST", "/us/v2/enqueue")?;
    ensure(seen.body.len() <= 512 * 1024, || "an event has 512 KB at most".to_owned())?;
    let base = ["routing_key", "event_action", "dedup_key"];
    let of_trigger = ["client", "client_url", "links", "payload"];
    let is_trigger = body["event_action"] == "trigger";
    let fields = object(&body, "the event", &base, if is_trigger { &of_trigger } else { &[] })?;
    text(&fields["routing_key"], "routing_key", 32..=32)?;
    text(&fields["dedup_key"], "dedup_key", 1..=255)?;
    one_of(&fields["event_action"], "event_action", &["trigger", "acknowledge", "resolve"])?;
    if !is_trigger {
        return Ok(());
    }
    for one in fields.get("links").map_or(Ok(&[][..]), |links| list(links, "links", 1..=50))? {
        let one = object(one, "link", &["href", "text"], &[])?;
        link(&one["href"], "href", 2_048)?;
        text(&one["text"], "text", 1..=255)?;
    }
    fields.get("client_url").map_or(Ok(()), |url| link(url, "client_url", 2_048))?;
    payload(fields.get("payload").ok_or("a trigger has a payload")?)
}

fn payload(payload: &Value) -> Checked {
    let besides = ["timestamp", "component", "group", "class", "custom_details"];
    let fields = object(payload, "payload", &["summary", "source", "severity"], &besides)?;
    text(&fields["summary"], "summary", 1..=1024)?;
    text(&fields["source"], "source", 1..=1024)?;
    one_of(&fields["severity"], "severity", &["critical", "error", "warning", "info"])?;
    fields.get("timestamp").map_or(Ok(()), |at| moment(at, "timestamp"))?;
    for name in ["component", "group", "class"] {
        maybe_text(fields, name, 1..=1024)?;
    }
    let details = fields.get("custom_details");
    ensure(details.is_none_or(Value::is_object), || "custom_details is no object".to_owned())
}

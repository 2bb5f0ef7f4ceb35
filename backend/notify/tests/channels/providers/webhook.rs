//! What a receiver of our own webhook relies on, checked as the specification says:
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crontopus_notify::testing::Seen;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::form::{Checked, ensure, list, moment, object, one_of, text};

/// The events there are.
const EVENTS: [&str; 9] =
    ["opened", "repeated", "escalated", "acknowledged", "resolved", "flapping", "late", "test", "notice"];

pub(super) fn check(name: &str, seen: &Seen) -> Checked {
    let header = |name: &str| seen.header(name).ok_or_else(|| format!("no {name}"));
    ensure(seen.path == "/hook", || format!("path {}", seen.path))?;
    ensure(header("idempotency-key")? == header("webhook-id")?, || "two keys".to_owned())?;
    let at = header("webhook-timestamp")?;
    ensure(at.parse::<i64>().is_ok(), || format!("webhook-timestamp {at}"))?;
    if name == "webhook_template" {
        ensure(seen.method == "PUT" && header("content-type")? == "text/plain", || {
            "method or type".to_owned()
        })?;
        return ensure(EVENTS.iter().any(|event| seen.body.starts_with(&format!("{event}: "))), || {
            seen.body.clone()
        });
    }
    ensure(seen.method == "POST" && header("authorization")? == "Bearer k", || "its own headers".to_owned())?;
    let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").map_err(|e| e.to_string())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|e| e.to_string())?;
    mac.update(format!("{}.{at}.{}", header("webhook-id")?, seen.body).as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    ensure(header("webhook-signature")? == signature, || "the signature does not fit".to_owned())?;
    facts(&serde_json::from_str(&seen.body).map_err(|e| e.to_string())?)
}

fn facts(body: &Value) -> Checked {
    let needed = ["id", "event", "at", "tenant", "severity", "title", "text", "detail", "link", "incidents"];
    let fields = object(body, "the message", &needed, &["version"])?;
    one_of(&fields["event"], "event", &EVENTS)?;
    one_of(&fields["severity"], "severity", &["info", "warning", "critical"])?;
    moment(&fields["at"], "at")?;
    text(&fields["title"], "title", 1..=2_000)?;
    for one in list(&fields["incidents"], "incidents", 0..=300)? {
        let links = object(&one["links"], "links", &["incident", "job", "acknowledge", "snooze"], &[])?;
        ensure(links["incident"].is_string() != links["job"].is_string(), || {
            format!("leads nowhere: {one}")
        })?;
        moment(&one["opened_at"], "opened_at")?;
    }
    Ok(())
}

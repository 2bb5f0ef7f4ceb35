//! What providers document: which requests they take, and what they answer. Whoever breaks it is answered as they do.

mod discord;
mod form;
mod ntfy;
mod opsgenie;
mod pagerduty;
mod slack;
mod teams;
mod telegram;
mod webhook;

use crontopus_notify::testing::{Reply, Seen};

/// What the provider of this sample answers to a request.
pub(crate) fn answer(name: &str, seen: &Seen) -> Reply {
    let (checked, taken): (form::Checked, (u16, &str)) = match name {
        "webhook" | "webhook_template" => (webhook::check(name, seen), (200, "ok")),
        "slack_webhook" => (slack::check_webhook(seen), (200, "ok")),
        "slack_bot" => {
            (slack::check_bot(seen), (200, r#"{"ok":true,"channel":"C0123","ts":"1732410007.000100"}"#))
        }
        "pagerduty" => (
            pagerduty::check(seen),
            (202, r#"{"status":"success","message":"Event processed","dedup_key":"x"}"#),
        ),
        "teams" => (teams::check(seen), (202, "")),
        "discord" => (discord::check(seen), (200, r#"{"id":"1310000000000000000"}"#)),
        "telegram" => (telegram::check(seen), (200, r#"{"ok":true,"result":{"message_id":77}}"#)),
        "ntfy" => (ntfy::check(seen), (200, r#"{"id":"x","event":"message"}"#)),
        "opsgenie" => (
            opsgenie::check(seen),
            (202, r#"{"result":"Request will be processed","took":0.1,"requestId":"x"}"#),
        ),
        _ => (Err(format!("nobody documents {name}")), (200, "")),
    };
    match checked {
        Ok(()) => Reply::Answer(taken.0, Vec::new(), taken.1.to_owned()),
        Err(why) => Reply::Answer(400, Vec::new(), why),
    }
}

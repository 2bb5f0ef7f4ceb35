//! <https://discord.com/developers/docs/resources/webhook#execute-webhook>,
//! <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>

use crontopus_notify::testing::Seen;
use serde_json::Value;

use super::form::{Checked, body, ensure, flag, link, list, moment, object, one_of, text};

pub(super) fn check(seen: &Seen) -> Checked {
    let (method, path) = match seen.method.as_str() {
        "PATCH" => ("PATCH", "/api/webhooks/1/x/messages/1310000000000000000"),
        _ => ("POST", "/api/webhooks/1/x?wait=true"),
    };
    let body = body(seen, method, path)?;
    let fields = object(&body, "the message", &["embeds", "allowed_mentions"], &["content"])?;
    fields.get("content").map_or(Ok(()), |value| text(value, "content", 1..=2_000).map(drop))?;
    let mentions = object(&fields["allowed_mentions"], "allowed_mentions", &["parse"], &[])?;
    let parsed = list(&mentions["parse"], "parse", 0..=3)?;
    parsed.iter().try_for_each(|word| one_of(word, "parse", &["roles", "users", "everyone"]))?;
    // Who is called is called by the channel's own setting, never by what a job wrote.
    ensure(parsed.is_empty() || fields.contains_key("content"), || "mentions without a mention".to_owned())?;
    let embeds = list(&fields["embeds"], "embeds", 1..=10)?;
    let lengths = embeds.iter().map(embed).sum::<Checked<usize>>()?;
    ensure(lengths <= 6_000, || format!("embeds have {lengths} characters"))
}

/// Its characters, as Discord counts them.
fn embed(embed: &Value) -> Checked<usize> {
    let needed = ["title", "description", "url", "color", "fields", "timestamp", "footer"];
    let own = object(embed, "embed", &needed, &[])?;
    let count = |text: &str| text.chars().count();
    let mut all = count(text(&own["title"], "title", 1..=256)?);
    all += count(text(&own["description"], "description", 1..=4_096)?);
    link(&own["url"], "url", 2_048)?;
    ensure(own["color"].as_u64().is_some_and(|c| c <= 0xff_ff_ff), || "color".to_owned())?;
    moment(&own["timestamp"], "timestamp")?;
    all += count(text(&object(&own["footer"], "footer", &["text"], &[])?["text"], "footer", 1..=2_048)?);
    for field in list(&own["fields"], "fields", 0..=25)? {
        let field = object(field, "field", &["name", "value", "inline"], &[])?;
        all +=
            count(text(&field["name"], "name", 1..=256)?) + count(text(&field["value"], "value", 1..=1_024)?);
        flag(&field["inline"], "inline")?;
    }
    Ok(all)
}

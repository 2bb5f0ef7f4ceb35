//! <https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>,
//! <https://adaptivecards.io/explorer/>

use crontopus_notify::testing::Seen;
use serde_json::Value;

use super::form::{Checked, body, ensure, flag, link, list, object, one_of, text};

pub(super) fn check(seen: &Seen) -> Checked {
    let body = body(seen, "POST", "/workflows/1?sig=x")?;
    ensure(seen.body.len() <= 28 * 1024, || format!("a card has 28 KB at most, not {}", seen.body.len()))?;
    let message = object(&body, "the message", &["type", "attachments"], &[])?;
    one_of(&message["type"], "type", &["message"])?;
    let [attachment] = list(&message["attachments"], "attachments", 1..=1)? else {
        return Err("one".to_owned());
    };
    let attachment = object(attachment, "attachment", &["contentType", "contentUrl", "content"], &[])?;
    one_of(&attachment["contentType"], "contentType", &["application/vnd.microsoft.card.adaptive"])?;
    let needed = ["$schema", "type", "version", "msteams", "body", "actions"];
    let card = object(&attachment["content"], "card", &needed, &[])?;
    one_of(&card["type"], "type", &["AdaptiveCard"])?;
    // Teams shows nothing of later versions.
    one_of(&card["version"], "version", &["1.2", "1.3", "1.4", "1.5"])?;
    list(&card["body"], "body", 1..=100)?.iter().try_for_each(element)?;
    list(&card["actions"], "actions", 1..=6)?.iter().try_for_each(action)
}

fn element(element: &Value) -> Checked {
    match element["type"].as_str() {
        Some("TextBlock") => {
            let besides = ["weight", "size", "wrap", "isSubtle", "fontType"];
            let fields = object(element, "TextBlock", &["type", "text"], &besides)?;
            text(&fields["text"], "text", 1..=28_000)?;
            fields
                .get("weight")
                .map_or(Ok(()), |w| one_of(w, "weight", &["Default", "Lighter", "Bolder"]))?;
            let sizes = ["Small", "Default", "Medium", "Large", "ExtraLarge"];
            fields.get("size").map_or(Ok(()), |s| one_of(s, "size", &sizes))?;
            fields.get("fontType").map_or(Ok(()), |f| one_of(f, "fontType", &["Default", "Monospace"]))?;
            ["wrap", "isSubtle"].iter().try_for_each(|n| fields.get(*n).map_or(Ok(()), |v| flag(v, n)))
        }
        Some("FactSet") => {
            for fact in list(&object(element, "FactSet", &["type", "facts"], &[])?["facts"], "facts", 1..=50)?
            {
                let fact = object(fact, "fact", &["title", "value"], &[])?;
                text(&fact["title"], "title", 1..=100)?;
                text(&fact["value"], "value", 1..=2_000)?;
            }
            Ok(())
        }
        _ => Err(format!("no such element: {element}")),
    }
}

fn action(action: &Value) -> Checked {
    let fields = object(action, "action", &["type", "title", "url"], &[])?;
    one_of(&fields["type"], "type", &["Action.OpenUrl"])?;
    text(&fields["title"], "title", 1..=50)?;
    link(&fields["url"], "url", 2_048)
}

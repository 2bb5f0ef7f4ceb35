//! <https://core.telegram.org/bots/api#sendmessage>, <https://core.telegram.org/bots/api#html-style>

use crontopus_notify::testing::Seen;

use super::form::{Checked, body, ensure, flag, object, one_of, text};

pub(super) fn check(seen: &Seen) -> Checked {
    let path = "/telegram/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage";
    let body = body(seen, "POST", path)?;
    let needed = ["chat_id", "text", "parse_mode", "link_preview_options", "disable_notification"];
    let fields = object(&body, "the message", &needed, &["message_thread_id", "reply_parameters"])?;
    one_of(&fields["parse_mode"], "parse_mode", &["HTML"])?;
    flag(&fields["disable_notification"], "disable_notification")?;
    let preview = object(&fields["link_preview_options"], "link_preview_options", &["is_disabled"], &[])?;
    flag(&preview["is_disabled"], "is_disabled")?;
    if let Some(reply) = fields.get("reply_parameters") {
        let reply = object(reply, "reply", &["message_id", "allow_sending_without_reply"], &[])?;
        ensure(reply["message_id"].is_i64(), || "message_id".to_owned())?;
    }
    let length = read(text(&fields["text"], "text", 1..=usize::MAX)?)?;
    ensure((1..=4_096).contains(&length), || format!("message is too long: {length}"))
}

/// Characters after the entities are read; the reason when they cannot be.
fn read(html: &str) -> Checked<usize> {
    let (mut count, mut open, mut rest) = (0, Vec::new(), html);
    while let Some(c) = rest.chars().next() {
        match c {
            '<' => {
                let (tag, after) = rest[1..].split_once('>').ok_or("a tag without an end")?;
                rest = after;
                match tag.strip_prefix('/') {
                    Some(end) => ensure(open.pop() == Some(end), || format!("</{end}> ends another tag"))?,
                    None => {
                        let name = tag.split(' ').next().unwrap_or_default();
                        let known = ["b", "i", "a", "code", "pre"].contains(&name);
                        ensure(known && (name != "a" || tag.starts_with("a href=\"https://")), || {
                            format!("<{tag}>")
                        })?;
                        open.push(name);
                    }
                }
                continue;
            }
            '&' => {
                let entity = ["&lt;", "&gt;", "&amp;", "&quot;"].iter().find(|own| rest.starts_with(**own));
                rest = &rest[entity.ok_or("an unknown entity")?.len()..];
            }
            '>' => return Err("a bracket that is none".to_owned()),
            c => rest = &rest[c.len_utf8()..],
        }
        count += 1;
    }
    ensure(open.is_empty(), || format!("{open:?} have no end"))?;
    Ok(count)
}

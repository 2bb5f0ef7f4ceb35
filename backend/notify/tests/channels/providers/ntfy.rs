//! <https://docs.ntfy.sh/publish/#publish-as-json>, <https://docs.ntfy.sh/publish/#limitations>

use crontopus_notify::testing::Seen;

use super::form::{Checked, body, ensure, link, list, object, one_of, text};

pub(super) fn check(seen: &Seen) -> Checked {
    ensure(seen.header("authorization") == Some("Bearer tk_abcdefgh"), || "forbidden".to_owned())?;
    let body = body(seen, "POST", "/")?;
    let besides = ["title", "message", "priority", "tags", "click", "actions"];
    let fields = object(&body, "the message", &["topic"], &besides)?;
    text(&fields["topic"], "topic", 1..=64)?;
    text(&fields["title"], "title", 1..=250)?;
    let message = text(&fields["message"], "message", 1..=4_096)?;
    ensure(message.len() <= 4_096, || format!("it would become an attachment: {} bytes", message.len()))?;
    ensure(fields["priority"].as_u64().is_some_and(|p| (1..=5).contains(&p)), || "priority".to_owned())?;
    list(&fields["tags"], "tags", 0..=5)?.iter().try_for_each(|tag| text(tag, "tag", 1..=50).map(drop))?;
    link(&fields["click"], "click", 2_048)?;
    for action in list(&fields["actions"], "actions", 0..=3)? {
        let action = object(action, "action", &["action", "label", "url"], &[])?;
        one_of(&action["action"], "action", &["view", "http", "broadcast"])?;
        text(&action["label"], "label", 1..=100)?;
        link(&action["url"], "url", 2_048)?;
    }
    Ok(())
}

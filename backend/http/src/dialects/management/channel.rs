use crontopus_app::alerts::{Channel, ChannelKind};
use serde_json::{Value, json};

/// A channel as the API shows it.
pub(super) fn channel(channel: &Channel) -> Value {
    json!({ "id": channel.id.uuid().to_string(), "name": channel.name, "kind": kind(&channel.kind) })
}

/// The API's word for a kind; its own where the API has the same.
fn kind(kind: &str) -> &str {
    match kind.parse() {
        Ok(ChannelKind::PagerDuty) => "pd",
        Ok(ChannelKind::Teams) => "msteamsworkflow",
        _ => kind,
    }
}

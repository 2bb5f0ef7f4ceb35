use std::net::Ipv4Addr;
use std::sync::Arc;

use crontopus_notify::testing::Receiver;
use crontopus_notify::{
    Addresses, Channel, ChannelKind, Courier, Earlier, Endpoints, Links, Message, Occasion, Outcome,
};
use jiff::tz::TimeZone;
use serde_json::Value;

/// A courier that may speak to this machine's usual address, but to no other private one.
pub(crate) fn courier() -> Courier {
    Courier::new(Addresses::Also(Arc::new([Ipv4Addr::LOCALHOST.into()])), None)
}

pub(crate) fn message() -> Message {
    Message {
        id: "out_00000000000000000000000001".to_owned(),
        at: "2026-11-24T01:00:07Z".parse().unwrap(),
        occasion: Occasion::Test { by: "ann@acme.example".to_owned() },
        tenant: "Acme".to_owned(),
        zone: TimeZone::UTC,
        subjects: Vec::new(),
        links: Links {
            main: "https://cron.example".to_owned(),
            channels: "https://cron.example/alerts".to_owned(),
        },
    }
}

/// Every provider at the receiver.
pub(crate) fn endpoints(receiver: &Receiver) -> Endpoints {
    let [us, eu] = ["/us", "/eu"].map(|path| receiver.url(path));
    Endpoints {
        slack: receiver.url("/slack"),
        pagerduty: [us.clone(), eu.clone()],
        opsgenie: [us, eu],
        telegram: receiver.url("/telegram"),
    }
}

/// The settings of a sample, with whatever they say of an address leading to the receiver.
pub(crate) fn at(receiver: &Receiver, name: &str, settings: &Value) -> Value {
    let mut settings = settings.clone();
    let (field, path) = match name {
        "webhook" | "webhook_template" => ("url", "/hook"),
        "slack_webhook" => ("webhook_url", "/services/T0/B0/x"),
        "teams" => ("url", "/workflows/1?sig=x"),
        "discord" => ("url", "/api/webhooks/1/x"),
        "ntfy" => ("server", ""),
        _ => return settings,
    };
    settings[field] = receiver.url(path).into();
    settings
}

pub(crate) async fn send(receiver: &Receiver, kind: ChannelKind, settings: &Value) -> Outcome {
    send_after(receiver, kind, settings, None).await
}

pub(crate) async fn send_after(
    receiver: &Receiver,
    kind: ChannelKind,
    settings: &Value,
    earlier: Option<Earlier<'_>>,
) -> Outcome {
    let channel = Channel::new(kind, settings).unwrap();
    let parcel = channel.parcel(&message(), earlier, &endpoints(receiver));
    courier().send(&channel, &parcel).await
}

pub(crate) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sent { .. } => "sent",
        Outcome::Later { .. } => "later",
        Outcome::Refused { .. } => "refused",
        Outcome::Broken { .. } => "broken",
    }
}

use crontopus_notify::{Channel, ChannelKind};
use serde_json::{Value, json};

use crate::samples::settings;

#[test]
fn what_is_read_is_what_is_kept() {
    for (name, kind, settings) in settings() {
        let channel = Channel::new(kind, &settings).unwrap();
        let kept = channel.settings();
        assert_eq!(Channel::new(kind, &kept).unwrap().settings(), kept, "{name}");
        assert_eq!(channel.kind(), kind);
        let public = channel.public().to_string() + &format!("{channel:?}");
        for secret in kind.secrets() {
            if let Some(text) = settings.get(*secret).and_then(Value::as_str) {
                assert!(!public.contains(text), "{name}.{secret}: {public}");
            }
        }
    }
}

#[test]
fn secrets_of_addresses_keep_their_host() {
    let channel =
        Channel::new(ChannelKind::Slack, &json!({"webhook_url": "https://hooks.slack.com/services/T0/B0/x"}));
    assert_eq!(channel.unwrap().public(), json!({"webhook_url": "https://hooks.slack.com/•••"}));
}

#[test]
fn what_is_wrong_is_named() {
    let check = |kind, settings: Value, field: &str| {
        let problems = Channel::new(kind, &settings).expect_err(&settings.to_string());
        assert!(problems.iter().any(|p| p.field == field), "{settings}: {problems:?}");
    };
    use ChannelKind::*;
    check(Webhook, json!({"url": "ftp://x"}), "url");
    check(Webhook, json!({"url": "nowhere"}), "url");
    check(Webhook, json!({"url": "https://user:pass@x.example"}), "url");
    check(Webhook, json!({"uri": "https://x.example"}), "uri");
    check(Webhook, json!({}), "url");
    check(Webhook, json!({"url": "https://x.example", "headers": {"Host": "y"}}), "headers");
    check(Webhook, json!({"url": "https://x.example", "headers": {"X-A": "1\r\nX-B: 2"}}), "headers");
    check(Webhook, json!({"url": "https://x.example", "body": "{% if %}"}), "body");
    check(Webhook, json!({"url": "https://x.example", "signing_secret": "short"}), "signing_secret");
    check(Webhook, json!({"url": "https://x.example", "content_type": "json"}), "content_type");
    check(Slack, json!({}), "");
    check(Slack, json!({"bot_token": "xoxb-1234567890-abc"}), "channel");
    check(Slack, json!({"bot_token": "xoxp-1234567890-abc", "channel": "C1"}), "bot_token");
    check(Slack, json!({"webhook_url": "https://x.example", "channel": "C1"}), "webhook_url");
    check(Email, json!({"to": []}), "to");
    check(Email, json!({"to": ["nobody"]}), "to");
    check(Email, json!({"to": ["a@b.example\nBcc: c@d.example"]}), "to");
    check(Email, json!({"to": ["a@b.example"], "from": "c@d.example"}), "from");
    check(Email, json!({"to": ["a@b.example"], "host": "mx.example"}), "from");
    check(Email, json!({"to": ["a@b.example"], "user": "u", "password": "p"}), "host");
    check(
        Email,
        json!({"to": ["a@b.example"], "from": "c@d.example", "host": "m.example", "user": "u", "password": "p",
            "security": "none"}),
        "security",
    );
    check(PagerDuty, json!({"routing_key": "short"}), "routing_key");
    check(PagerDuty, json!({"routing_key": "0123456789abcdef0123456789abcde\n"}), "routing_key");
    check(Teams, json!({"url": "x"}), "url");
    check(Discord, json!({"url": "https://d.example", "mention": "x".repeat(201)}), "mention");
    check(Telegram, json!({"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "chat": "a b"}), "chat");
    check(Telegram, json!({"token": "../../etc/passwd/aaaaaaaaaaaaaaaaaaaa", "chat": "1"}), "token");
    check(Ntfy, json!({"topic": "a/b"}), "topic");
    check(Opsgenie, json!({"api_key": ""}), "api_key");
    check(Webhook, json!({"url": format!("https://x.example/{}", "y".repeat(40_000))}), "");
}

#[test]
fn kinds_are_words() {
    for kind in ChannelKind::ALL {
        assert_eq!(kind.as_str().parse::<ChannelKind>().unwrap(), *kind);
    }
    assert!("sms".parse::<ChannelKind>().is_err());
}

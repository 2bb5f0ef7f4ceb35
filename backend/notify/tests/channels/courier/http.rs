use std::time::Duration;

use crontopus_domain::IncidentState;
use crontopus_notify::testing::Receiver;
use crontopus_notify::{Channel, ChannelKind, Earlier, Message, Occasion, Outcome};
use serde_json::{Value, json};

use super::world::{courier, endpoints, message, send, send_after, word};
use crate::samples::failed;

fn webhook(receiver: &Receiver) -> Value {
    json!({"url": receiver.url("/hook?x=1"), "headers": {"X-Own": "yes"}, "signing_secret": "0123456789abcdef"})
}

#[tokio::test]
async fn a_webhook_gets_the_facts_signed_and_with_an_idempotency_key() {
    let receiver = Receiver::start().await;
    let outcome = send(&receiver, ChannelKind::Webhook, &webhook(&receiver)).await;
    assert_eq!(outcome, Outcome::Sent { answer: "200 ok".to_owned(), reference: None });
    let seen = receiver.seen().remove(0);
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/hook?x=1"));
    assert_eq!(seen.header("idempotency-key"), Some(message().id.as_str()));
    assert_eq!(seen.header("webhook-id"), Some(message().id.as_str()));
    assert!(seen.header("webhook-signature").unwrap().starts_with("v1,"));
    assert_eq!(seen.header("x-own"), Some("yes"));
    assert!(seen.header("user-agent").unwrap().starts_with("crontopus/"));
    assert_eq!(seen.json()["event"], "test");
}

#[tokio::test]
async fn providers_that_name_a_time_in_the_body_are_heard() {
    let receiver = Receiver::start().await;
    let check = |outcome: Outcome, wanted: Option<Duration>| match outcome {
        Outcome::Later { after, .. } => assert_eq!(after, wanted),
        other => panic!("{other:?}"),
    };
    receiver.reply(429, &["Retry-After: soon"], "");
    check(send(&receiver, ChannelKind::Webhook, &webhook(&receiver)).await, None);
    let discord = json!({"url": receiver.url("/api/webhooks/1/x")});
    receiver.reply(
        429,
        &["Retry-After: 65"],
        "{\"message\": \"You are being rate limited.\", \"retry_after\": 64.57}",
    );
    check(send(&receiver, ChannelKind::Discord, &discord).await, Some(Duration::from_secs_f64(64.57)));
    let telegram = json!({"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "chat": "1"});
    let body = "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after 5\",\"parameters\":{\"retry_after\":5}}";
    receiver.reply(429, &[], body);
    check(send(&receiver, ChannelKind::Telegram, &telegram).await, Some(Duration::from_secs(5)));
}

#[tokio::test]
async fn where_nobody_listens_is_tried_again() {
    let receiver = Receiver::start().await;
    let nobody = json!({"url": "http://127.0.0.1:1/"});
    let outcome = send(&receiver, ChannelKind::Webhook, &nobody).await;
    assert!(
        matches!(&outcome, Outcome::Later { answer, .. } if answer.starts_with("cannot be reached")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn slack_says_in_the_body_what_went_wrong() {
    let receiver = Receiver::start().await;
    let bot = json!({"bot_token": "xoxb-1234567890-abc", "channel": "C1"});
    receiver.reply(200, &[], "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1700000000.000100\"}");
    let outcome = send(&receiver, ChannelKind::Slack, &bot).await;
    let reference = Some("C1/1700000000.000100".to_owned());
    assert_eq!(outcome, Outcome::Sent { answer: "200 ok".to_owned(), reference });
    let seen = receiver.seen().remove(0);
    assert_eq!(seen.path, "/slack/chat.postMessage");
    assert_eq!(seen.header("authorization"), Some("Bearer xoxb-1234567890-abc"));
    for (error, meaning) in [
        ("invalid_auth", "broken"),
        ("channel_not_found", "broken"),
        ("not_in_channel", "broken"),
        ("is_archived", "broken"),
        ("account_inactive", "broken"),
        ("token_revoked", "broken"),
        ("restricted_action_read_only_channel", "broken"),
        // A word that nobody knew when this was written ends no channel.
        ("word_of_tomorrow", "refused"),
        ("ratelimited", "later"),
        ("internal_error", "later"),
        ("invalid_blocks", "refused"),
        ("msg_too_long", "refused"),
    ] {
        receiver.reply(200, &[], &format!("{{\"ok\":false,\"error\":\"{error}\"}}"));
        let outcome = send(&receiver, ChannelKind::Slack, &bot).await;
        assert_eq!(word(&outcome), meaning, "{error}");
    }
    let hook = json!({"webhook_url": receiver.url("/services/T/B/x")});
    for (status, body, meaning) in [
        (200, "ok", "sent"),
        (404, "no_service", "broken"),
        (403, "invalid_token", "broken"),
        (400, "invalid_token", "broken"),
        (400, "invalid_blocks", "refused"),
        (410, "channel_is_archived", "broken"),
    ] {
        receiver.reply(status, &[], body);
        assert_eq!(word(&send(&receiver, ChannelKind::Slack, &hook).await), meaning, "{status} {body}");
    }
}

#[tokio::test]
async fn a_first_message_that_was_deleted_keeps_nothing_back() {
    let receiver = Receiver::start().await;
    let bot = json!({"bot_token": "xoxb-1234567890-abc", "channel": "C1"});
    let earlier = Some(Earlier { reference: "C1/1.2", same: true });
    receiver.reply(200, &[], "{\"ok\":false,\"error\":\"message_not_found\"}");
    receiver.reply(200, &[], "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"3.4\"}");
    let outcome = send_after(&receiver, ChannelKind::Slack, &bot, earlier).await;
    assert_eq!(word(&outcome), "sent");
    let seen = receiver.seen();
    assert_eq!(
        (seen[0].json()["ts"].as_str(), seen[1].json()["thread_ts"].as_str()),
        (Some("1.2"), Some("1.2"))
    );

    let discord = json!({"url": receiver.url("/api/webhooks/1/x")});
    let earlier = Some(Earlier { reference: "99", same: true });
    receiver.reply(404, &[], "{\"message\":\"Unknown Message\",\"code\":10008}");
    receiver.reply(200, &[], "{\"id\":\"100\"}");
    let outcome = send_after(&receiver, ChannelKind::Discord, &discord, earlier).await;
    assert!(matches!(&outcome, Outcome::Sent { reference: Some(id), .. } if id == "100"), "{outcome:?}");
    assert_eq!(
        (receiver.seen()[2].method.as_str(), receiver.seen()[2].path.as_str()),
        ("PATCH", "/api/webhooks/1/x/messages/99")
    );
}

#[tokio::test]
async fn a_thread_of_a_discord_channel_is_written_to() {
    let receiver = Receiver::start().await;
    let discord = json!({"url": receiver.url("/api/webhooks/1/x?wait=false&thread_id=42")});
    let earlier = Some(Earlier { reference: "99", same: true });
    send_after(&receiver, ChannelKind::Discord, &discord, earlier).await;
    let paths: Vec<String> = receiver.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(
        paths,
        ["/api/webhooks/1/x/messages/99?thread_id=42", "/api/webhooks/1/x?wait=true&thread_id=42"]
    );
}

/// What was taken by somebody before it was told is an alert of its own all the same: PagerDuty drops what is said of an
/// alert it does not have.
#[tokio::test]
async fn what_was_acknowledged_meanwhile_is_triggered_before_it_is_acknowledged() {
    let receiver = Receiver::start().await;
    let settings = json!({"routing_key": "0123456789abcdef0123456789abcdef"});
    let channel = Channel::new(ChannelKind::PagerDuty, &settings).unwrap();
    let mut one = failed();
    one.state = IncidentState::Acknowledged;
    for (occasion, action) in [
        (Occasion::Opened, "trigger"),
        (Occasion::Escalated { step: 2 }, "trigger"),
        (Occasion::Acknowledged, "acknowledge"),
        (Occasion::Resolved, "resolve"),
    ] {
        let message = Message { occasion, subjects: vec![one.clone()], ..message() };
        let parcel = channel.parcel(&message, None, &endpoints(&receiver));
        assert_eq!(word(&courier().send(&channel, &parcel).await), "sent");
        let seen = receiver.seen().pop().unwrap().json();
        assert_eq!((&seen["event_action"], &seen["dedup_key"]), (&json!(action), &json!(one.incident)));
    }
}

#[tokio::test]
async fn providers_own_words_are_understood() {
    let receiver = Receiver::start().await;
    let pagerduty = json!({"routing_key": "0123456789abcdef0123456789abcdef", "region": "eu"});
    receiver.reply(400, &[], "{\"status\":\"invalid event\",\"message\":\"Event object is invalid\",\"errors\":[\"Length of 'routing_key' is incorrect\"]}");
    assert_eq!(word(&send(&receiver, ChannelKind::PagerDuty, &pagerduty).await), "broken");
    assert_eq!(receiver.seen()[0].path, "/eu/v2/enqueue");
    receiver.reply(202, &[], "{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\"x\"}");
    assert_eq!(word(&send(&receiver, ChannelKind::PagerDuty, &pagerduty).await), "sent");

    let telegram = json!({"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "chat": "1"});
    receiver.reply(
        400,
        &[],
        "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: chat not found\"}",
    );
    assert_eq!(word(&send(&receiver, ChannelKind::Telegram, &telegram).await), "broken");
    let refusal = |description: &str, more: &str| {
        format!("{{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: {description}\"{more}}}")
    };
    receiver.reply(400, &[], &refusal("not enough rights to send text messages to the chat", ""));
    assert_eq!(word(&send(&receiver, ChannelKind::Telegram, &telegram).await), "broken");
    receiver.reply(400, &[], &refusal("can't parse entities", ""));
    assert_eq!(word(&send(&receiver, ChannelKind::Telegram, &telegram).await), "refused");
    let moved = ",\"parameters\":{\"migrate_to_chat_id\":-1001234}";
    receiver.reply(400, &[], &refusal("group chat was upgraded to a supergroup chat", moved));
    let outcome = send(&receiver, ChannelKind::Telegram, &telegram).await;
    assert!(
        matches!(&outcome, Outcome::Broken { answer } if answer.ends_with("give the channel the chat -1001234")),
        "{outcome:?}"
    );
    receiver.reply(200, &[], "{\"ok\":true,\"result\":{\"message_id\":77}}");
    let outcome = send(&receiver, ChannelKind::Telegram, &telegram).await;
    assert!(matches!(&outcome, Outcome::Sent { reference: Some(id), .. } if id == "77"), "{outcome:?}");

    let teams = json!({"url": receiver.url("/workflow")});
    receiver.reply(
        200,
        &[],
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429",
    );
    assert_eq!(word(&send(&receiver, ChannelKind::Teams, &teams).await), "later");
    receiver.reply(202, &[], "");
    assert_eq!(word(&send(&receiver, ChannelKind::Teams, &teams).await), "sent");

    let opsgenie = json!({"api_key": "eb243592-faa2-4ba2-a551q-1afdf565c889"});
    receiver.reply(202, &[], "{\"result\":\"Request will be processed\",\"took\":0.1,\"requestId\":\"x\"}");
    assert_eq!(word(&send(&receiver, ChannelKind::Opsgenie, &opsgenie).await), "sent");
    let last = receiver.seen().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("GenieKey eb243592-faa2-4ba2-a551q-1afdf565c889"));

    let ntfy = json!({"topic": "cron", "server": receiver.url(""), "token": "tk_abcdefgh"});
    receiver.reply(403, &[], "{\"code\":40301,\"http\":403,\"error\":\"forbidden\"}");
    assert_eq!(word(&send(&receiver, ChannelKind::Ntfy, &ntfy).await), "broken");
}

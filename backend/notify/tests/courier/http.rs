use std::time::Duration;

use crontopus_notify::testing::{Receiver, Reply};
use crontopus_notify::{ChannelKind, Earlier, Outcome};
use serde_json::{Value, json};

use crate::world::{message, send, send_after, word};

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
async fn answers_mean_what_they_say() {
    let receiver = Receiver::start().await;
    for (status, meaning) in [
        (204, "sent"),
        (400, "refused"),
        (401, "broken"),
        (403, "broken"),
        (404, "broken"),
        (410, "broken"),
        (413, "refused"),
        (422, "refused"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
    ] {
        receiver.reply(status, &[], "{\"why\":\n \"so\"}");
        let outcome = send(&receiver, ChannelKind::Webhook, &webhook(&receiver)).await;
        assert_eq!(word(&outcome), meaning, "{status}: {outcome:?}");
        assert!(outcome.answer().starts_with(&status.to_string()), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_provider_that_names_a_time_is_heard() {
    let receiver = Receiver::start().await;
    let check = |outcome: Outcome, wanted: Option<Duration>| match outcome {
        Outcome::Later { after, .. } => assert_eq!(after, wanted),
        other => panic!("{other:?}"),
    };
    receiver.reply(429, &["Retry-After: 7"], "");
    check(send(&receiver, ChannelKind::Webhook, &webhook(&receiver)).await, Some(Duration::from_secs(7)));
    receiver.reply(503, &["Retry-After: 99999999"], "");
    check(
        send(&receiver, ChannelKind::Webhook, &webhook(&receiver)).await,
        Some(Duration::from_secs(6 * 3600)),
    );
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
async fn connections_that_break_are_tried_again() {
    let receiver = Receiver::start().await;
    receiver.reply_with(Reply::Hang);
    let outcome = send(&receiver, ChannelKind::Webhook, &webhook(&receiver)).await;
    assert_eq!(word(&outcome), "later", "{outcome:?}");
    let nobody = json!({"url": "http://127.0.0.1:1/"});
    let outcome = send(&receiver, ChannelKind::Webhook, &nobody).await;
    assert!(
        matches!(&outcome, Outcome::Later { answer, .. } if answer.starts_with("cannot be reached")),
        "{outcome:?}"
    );
}

/// The clock of the runtime jumps whenever there is nothing else to do.
#[tokio::test(start_paused = true)]
async fn whoever_does_not_answer_is_given_up_for_now() {
    let receiver = Receiver::start().await;
    receiver.reply_with(Reply::Silence);
    let outcome = send(&receiver, ChannelKind::Webhook, &webhook(&receiver)).await;
    assert_eq!(outcome, Outcome::Later { answer: "no answer within 20 s".to_owned(), after: None });
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

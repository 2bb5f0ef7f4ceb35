//! Slack: an incoming webhook, or a bot whose one message for each incident is brought up to date and answered in
//! its thread.
//!
//! <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>,
//! <https://docs.slack.dev/reference/methods/chat.postMessage>

mod blocks;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::{FieldProblem, check_key, check_url};
use super::{Earlier, Endpoints, Kind};
use crate::delivery::{Answer, Call, Outcome, Parcel, judge};
use crate::message::{Message, Occasion};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Address of an incoming webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
    /// Token of a bot with the scope `chat:write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bot_token: Option<String>,
    /// The bot's channel: its id, or `#name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["webhook_url", "bot_token"];

    fn check(&self) -> Vec<FieldProblem> {
        match (&self.webhook_url, &self.bot_token, &self.channel) {
            (Some(url), None, None) => check_url("webhook_url", url, false).into_iter().collect(),
            (None, Some(token), Some(channel)) => {
                let mut problems: Vec<_> = check_key("bot_token", token, 15..=300).into_iter().collect();
                if problems.is_empty() && !token.starts_with("xoxb-") {
                    problems.push(FieldProblem::new("bot_token", "a bot's token begins with xoxb-"));
                }
                if channel.is_empty() || channel.len() > 80 || channel.contains(char::is_whitespace) {
                    problems.push(FieldProblem::new("channel", "a channel is its id, or #name"));
                }
                problems
            }
            (Some(_), _, _) => {
                vec![FieldProblem::new("webhook_url", "give it alone: it belongs to one channel")]
            }
            (None, Some(_), None) => vec![FieldProblem::new("channel", "a bot needs a channel to write to")],
            (None, None, _) => {
                vec![FieldProblem::new("", "give `webhook_url`, or `bot_token` and `channel`")]
            }
        }
    }

    fn parcel(&self, message: &Message, earlier: Option<Earlier<'_>>, endpoints: &Endpoints) -> Parcel {
        let content = blocks::content(message);
        let (token, channel) = match (&self.webhook_url, &self.bot_token, &self.channel) {
            (Some(url), _, _) => return Parcel::Http(vec![Call::json(url, &content)]),
            (None, Some(token), Some(channel)) => (token, channel),
            // Not beyond `check`.
            _ => return Parcel::Nothing,
        };
        let call = |method: &str, body: Value| {
            let url = format!("{}/{method}", endpoints.slack);
            Call::json(url, &body).header("authorization", format!("Bearer {token}"))
        };
        let with = |more: Value| {
            let mut body = content.clone();
            if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
                body.extend(more);
            }
            body
        };
        let Some((first, (room, ts))) = earlier.and_then(|e| Some((e, e.reference.split_once('/')?))) else {
            return Parcel::Http(vec![call("chat.postMessage", with(json!({"channel": channel})))]);
        };
        let mut calls = Vec::new();
        if first.same {
            let mut body = with(json!({"channel": room, "ts": ts}));
            // An argument of new messages alone.
            body.as_object_mut().map(|body| body.remove("unfurl_links"));
            let mut update = call("chat.update", body);
            update.optional = true;
            calls.push(update);
        }
        // What asks for somebody is shown in the channel too.
        let broadcast = matches!(message.occasion, Occasion::Escalated { .. } | Occasion::Repeated);
        let answer = json!({"channel": room, "thread_ts": ts, "reply_broadcast": broadcast});
        calls.push(call("chat.postMessage", with(answer)));
        Parcel::Http(calls)
    }

    fn judge(&self, answer: &Answer) -> Outcome {
        if self.webhook_url.is_some() {
            return match (answer.status, answer.body.trim()) {
                (400, "invalid_token" | "no_team" | "no_service" | "user_not_found") => {
                    Outcome::broken(answer.describe())
                }
                _ => judge(answer),
            };
        }
        // The Web API answers 200 and says in the body what went wrong.
        let outcome = judge(answer);
        if answer.status != 200 {
            return outcome;
        }
        if answer.member("ok") == Some(json!(true)) {
            let text = |name: &str| answer.member(name).and_then(|v| v.as_str().map(str::to_owned));
            let reference = text("channel").zip(text("ts")).map(|(channel, ts)| format!("{channel}/{ts}"));
            return Outcome::Sent { answer: "200 ok".to_owned(), reference };
        }
        let error = answer.member("error").and_then(|e| e.as_str().map(str::to_owned)).unwrap_or_default();
        let text = format!("200 {}", crate::clip::chars(&error, 200));
        match error.as_str() {
            _ if LATER.contains(&error.as_str()) => Outcome::later(text),
            _ if BROKEN.contains(&error.as_str()) => Outcome::broken(text),
            // What a message is refused for, and words that came after these lists: they end no channel.
            _ => Outcome::Refused { answer: text },
        }
    }
}

/// Errors that pass.
const LATER: &[&str] = &[
    "",
    "accesslimited",
    "fatal_error",
    "internal_error",
    "message_limit_exceeded",
    "org_login_required",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
];

/// Errors that stay until somebody mends the token, the app's scopes, or the channel.
const BROKEN: &[&str] = &[
    "access_denied",
    "account_inactive",
    "channel_not_found",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "external_channel_migrating",
    "invalid_auth",
    "is_archived",
    "messages_tab_disabled",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "not_in_channel",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "team_access_not_granted",
    "team_not_found",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
];

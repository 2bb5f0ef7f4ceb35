use std::time::Duration;

use super::rule::UTC;
use super::{AllowedWindow, Enforcement, Policy, Rules};
use crate::Code;
use crate::decode::{
    Context, Fields, boolean, choice, duration, integer, list, non_empty, unique, user, word,
};
use crate::job::cron;
use crate::metadata::Metadata;
use crate::names::check_label_key;
use crate::pattern::glob;
use crate::quote::clip;
use crate::selector::{namespaces, selector};
use crate::yaml::Node;
use crate::zone::timezone;

const SECOND: Duration = Duration::from_secs(1);
const MONTH: Duration = Duration::from_secs(31 * 86_400);
const MOST: usize = 256;

pub(crate) fn decode(node: &Node, cx: &mut Context, metadata: Metadata) -> Option<Policy> {
    let mut fields = Fields::of(node, cx)?;
    let selector = fields.optional(cx, "selector", selector).unwrap_or_default();
    let namespaces = fields.optional(cx, "namespaces", namespaces).unwrap_or_default();
    let enforcement: Enforcement = fields.optional(cx, "enforcement", choice).unwrap_or_default();
    let rules = fields.required(cx, "rules", rules);
    fields.finish(cx);
    Some(Policy { metadata, selector, namespaces, enforcement, rules: rules? })
}

fn rules(node: &Node, cx: &mut Context) -> Option<Rules> {
    let mut fields = Fields::of(node, cx)?;
    let f = &mut fields;
    let rules = Rules {
        min_interval: f.optional(cx, "minInterval", duration(SECOND..=MONTH)),
        require_labels: f.optional(cx, "requireLabels", keys).unwrap_or_default(),
        require_annotations: f.optional(cx, "requireAnnotations", keys).unwrap_or_default(),
        allowed_users: f.optional(cx, "allowedUsers", non_empty(unique(list(MOST, user)))),
        denied_users: f.optional(cx, "deniedUsers", non_empty(unique(list(MOST, user)))).unwrap_or_default(),
        allowed_commands: f.optional(cx, "allowedCommands", non_empty(unique(list(MOST, glob)))),
        denied_commands: f
            .optional(cx, "deniedCommands", non_empty(unique(list(MOST, glob))))
            .unwrap_or_default(),
        allow_shell: f.optional(cx, "allowShell", boolean),
        require_max_runtime: f.optional(cx, "requireMaxRuntime", duration(SECOND..=MONTH)),
        allowed_timezones: f.optional(cx, "allowedTimezones", non_empty(unique(list(MOST, timezone)))),
        allowed_window: f.optional(cx, "allowedWindow", allowed_window),
        max_jobs_per_host: f.optional(cx, "maxJobsPerHost", integer(1..=100_000)),
        require_signed_commits: f.optional(cx, "requireSignedCommits", boolean),
    };
    fields.finish(cx);
    if rules == Rules::default() && !cx.has_errors() {
        return cx.refuse_with(
            node.span,
            Code::EmptyValue,
            "the policy has no rule",
            "add one, or remove the document",
        );
    }
    Some(rules)
}

fn keys(node: &Node, cx: &mut Context) -> Option<Vec<String>> {
    let key = |node: &Node, cx: &mut Context| {
        let text = word(node, cx)?;
        match check_label_key(text) {
            Ok(()) => Some(text.to_owned()),
            Err(why) => cx.refuse(node.span, Code::BadName, format!("`{}` {why}", clip(text))),
        }
    };
    non_empty(unique(list(MOST, key)))(node, cx)
}

fn allowed_window(node: &Node, cx: &mut Context) -> Option<AllowedWindow> {
    let mut fields = Fields::of(node, cx)?;
    let cron = fields.required(cx, "cron", cron);
    let timezone = fields.optional(cx, "timezone", timezone).unwrap_or_else(|| UTC.to_owned());
    if cron.as_ref().is_some_and(|cron| cron.has_seconds()) {
        let problem = (Code::ScheduleUnsupported, "a window is made of whole minutes".to_owned());
        fields.refuse_at(cx, "cron", problem, "use five fields");
    }
    fields.finish(cx);
    Some(AllowedWindow { cron: cron?, timezone })
}

//! How a command is run.

use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::Code;
use crate::choice::{Choice, choices};
use crate::decode::{Context, Fields, absolute_path, boolean, choice, duration, integer};
use crate::spec::{Backoff, Concurrency, Shell};
use crate::yaml::{Node, Style, Value};

choices! {
    /// Which of a host's schedulers holds a job.
    #[derive(Default)]
    pub enum Scheduler {
        /// The one the agent prefers on its host.
        #[default]
        Auto = "auto",
        /// cron.
        Cron = "cron",
        /// systemd timers.
        Systemd = "systemd",
        /// launchd.
        Launchd = "launchd",
        /// The Windows Task Scheduler.
        Windows = "windows",
    }
}

choices! {
    /// What happens when somebody else edits or deletes a job's entry on its host.
    #[derive(Default)]
    pub enum Drift {
        /// It is put right, and reported.
        #[default]
        Enforce = "enforce",
        /// It is only reported.
        Warn = "warn",
        /// It is left alone until the manifest changes.
        Off = "off",
    }
}

choices! {
    /// The signal a run is ended with first.
    #[derive(Default)]
    pub enum KillSignal {
        /// The polite one.
        #[default]
        Term = "TERM",
        /// As Ctrl-C.
        Int = "INT",
        /// As a closed terminal.
        Hup = "HUP",
        /// With a core dump.
        Quit = "QUIT",
        /// The program's own.
        Usr1 = "USR1",
        /// The program's own.
        Usr2 = "USR2",
        /// The one no program can catch.
        Kill = "KILL",
    }
}

impl Choice for Concurrency {
    const WORDS: &'static [(&'static str, Self)] =
        &[("allow", Self::Allow), ("forbid", Self::Forbid), ("replace", Self::Replace)];
}

impl Choice for Backoff {
    const WORDS: &'static [(&'static str, Self)] =
        &[("constant", Self::Constant), ("exponential", Self::Exponential)];
}

/// When and how a run is ended by force; the signal goes to its whole process group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kill {
    /// Time from the start of the first attempt. Default: `maxRuntime`.
    #[serde(
        default,
        skip_serializing_if = "Duration::is_zero",
        serialize_with = "crate::duration::serialize"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub after: Duration,
    /// The first signal.
    #[serde(default, skip_serializing_if = "super::is_default")]
    #[schemars(extend("default" = "TERM"))]
    pub signal: KillSignal,
    /// Time between that signal and KILL.
    #[serde(
        default = "default_grace",
        skip_serializing_if = "is_default_grace",
        serialize_with = "crate::duration::serialize"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    #[schemars(extend("default" = "30s"))]
    pub grace: Duration,
}

/// Attempts inside one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retry {
    /// All attempts, the first included; 1 to 20.
    #[schemars(range(min = 1, max = 20))]
    pub attempts: u32,
    /// Time before the second attempt.
    #[serde(
        default = "default_delay",
        skip_serializing_if = "is_default_delay",
        serialize_with = "crate::duration::serialize"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    #[schemars(extend("default" = "30s"))]
    pub delay: Duration,
    /// How the delay grows: the same each time (`constant`), or doubled (`exponential`).
    #[serde(default, skip_serializing_if = "super::is_default", serialize_with = "crate::choice::serialize")]
    #[schemars(schema_with = "crate::choice::schema::<Backoff>")]
    #[schemars(extend("default" = "constant"))]
    pub backoff: Backoff,
    /// Upper bound of one delay; with exponential backoff.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub max_delay: Option<Duration>,
}

const GRACE: Duration = Duration::from_secs(30);
const DELAY: Duration = Duration::from_secs(30);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The longest `maxRuntime` and `kill.after`.
pub(super) const LONGEST_RUN: Duration = Duration::from_secs(30 * 86_400);

fn default_grace() -> Duration {
    GRACE
}

fn is_default_grace(grace: &Duration) -> bool {
    *grace == GRACE
}

fn default_delay() -> Duration {
    DELAY
}

fn is_default_delay(delay: &Duration) -> bool {
    *delay == DELAY
}

pub(super) fn serialize_shell<S: Serializer>(shell: &Shell, serializer: S) -> Result<S::Ok, S::Error> {
    match shell {
        Shell::None => serializer.serialize_bool(false),
        Shell::Sh => serializer.serialize_bool(true),
        Shell::Interpreter(path) => serializer.serialize_str(path),
    }
}

pub(super) fn shell_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["boolean", "string"], "pattern": "^(/|[A-Za-z]:)" })
}

pub(super) fn kill_schema(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [{ "type": "boolean" }, generator.subschema_for::<Kill>()] })
}

/// `true`, `false` or the absolute path of an interpreter.
pub(super) fn shell(node: &Node, cx: &mut Context) -> Option<Shell> {
    match &node.value {
        Value::Scalar { text, .. } if text.contains(['/', '\\']) => {
            absolute_path(node, cx).map(Shell::Interpreter)
        }
        Value::Scalar { text, style }
            if *style == Style::Marked || matches!(text.as_str(), "sh" | "bash" | "zsh") =>
        {
            cx.refuse_with(
                node.span,
                Code::WrongType,
                "expected true, false or the path of an interpreter",
                "true means `sh -c`; for another give its path, such as /bin/bash",
            )
        }
        _ => boolean(node, cx).map(|on| if on { Shell::Sh } else { Shell::None }),
    }
}

/// `true`, `false` or a mapping; what is not given comes from `max_runtime`.
pub(super) fn kill(node: &Node, cx: &mut Context, max_runtime: Option<Duration>) -> Option<Kill> {
    let missing = "there is no time after which the run is ended";
    let help = "set `maxRuntime`, or `kill: {after: …}`";
    if !matches!(node.value, Value::Mapping(_)) {
        let on = boolean(node, cx)?;
        return match (on, max_runtime) {
            (false, _) => None,
            (true, Some(after)) => Some(Kill { after, signal: KillSignal::default(), grace: GRACE }),
            (true, None) => cx.refuse_with(node.span, Code::MissingField, missing, help),
        };
    }
    let mut fields = Fields::of(node, cx)?;
    let after = fields.optional(cx, "after", duration(SECOND..=LONGEST_RUN)).or(max_runtime);
    let signal = fields.optional(cx, "signal", signal).unwrap_or_default();
    let grace = fields.optional(cx, "grace", duration(Duration::ZERO..=HOUR)).unwrap_or(GRACE);
    if after.is_none() && !fields.has("after") {
        fields.refuse_at(cx, "after", (Code::MissingField, missing.to_owned()), help);
    }
    fields.finish(cx);
    Some(Kill { after: after?, signal, grace })
}

/// `TERM` and `SIGTERM` are the same.
fn signal(node: &Node, cx: &mut Context) -> Option<KillSignal> {
    let Value::Scalar { text, style } = &node.value else { return choice(node, cx) };
    let bare = text.to_ascii_uppercase();
    let bare = bare.strip_prefix("SIG").unwrap_or(&bare);
    let value = Value::Scalar { text: bare.to_owned(), style: *style };
    choice(&Node { span: node.span, value }, cx)
}

pub(super) fn retry(node: &Node, cx: &mut Context) -> Option<Retry> {
    let mut fields = Fields::of(node, cx)?;
    let attempts = fields.required(cx, "attempts", integer(1..=20));
    let delay = fields.optional(cx, "delay", duration(Duration::ZERO..=DAY)).unwrap_or(DELAY);
    let backoff = fields.optional(cx, "backoff", choice).unwrap_or_default();
    let max_delay = fields.optional(cx, "maxDelay", duration(Duration::ZERO..=DAY));
    match (max_delay, backoff) {
        (Some(_), Backoff::Constant) => {
            let problem = (Code::Contradiction, "`maxDelay` has no effect: the delay never grows".to_owned());
            fields.refuse_at(cx, "maxDelay", problem, "add `backoff: exponential` or remove it");
        }
        (Some(most), Backoff::Exponential) if most < delay => {
            let problem = (Code::Contradiction, "`maxDelay` is shorter than `delay`".to_owned());
            fields.refuse_at(cx, "maxDelay", problem, "make it at least as long as `delay`");
        }
        _ => {}
    }
    fields.finish(cx);
    Some(Retry { attempts: attempts?, delay, backoff, max_delay })
}

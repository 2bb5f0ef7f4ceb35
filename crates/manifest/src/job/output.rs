use schemars::JsonSchema;
use serde::Serialize;

use super::{is_default, is_true, yes};
use crate::choice::Choice;
use crate::decode::{Context, Fields, boolean, choice, list, size, unique};
use crate::pattern::regex;
use crate::spec::Capture;
use crate::yaml::Node;

/// What is kept of a run's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Output {
    /// Which part is kept when there is more than `limit`: the end and a little of the beginning
    /// (`tail`), the beginning (`head`), or nothing (`none`).
    #[serde(default, skip_serializing_if = "is_default", serialize_with = "crate::choice::serialize")]
    #[schemars(schema_with = "crate::choice::schema::<Capture>")]
    #[schemars(extend("default" = "tail"))]
    pub capture: Capture,
    /// Bytes kept in all; at most 1 MiB.
    #[serde(
        default = "default_limit",
        skip_serializing_if = "is_default_limit",
        serialize_with = "crate::size::serialize"
    )]
    #[schemars(schema_with = "crate::size::schema")]
    #[schemars(extend("default" = "64KiB"))]
    pub limit: u64,
    /// Regular expressions; what they match is replaced before it leaves the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redact: Vec<String>,
    /// Whether the output of a successful run is kept too.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    #[schemars(extend("default" = true))]
    pub success_output: bool,
    /// Whether the scheduler sees nothing of the output, so that cron sends no mail.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(extend("default" = false))]
    pub quiet: bool,
}

const LIMIT: u64 = 64 * 1024;
const LOWEST_LIMIT: u64 = 1024;
const HIGHEST_LIMIT: u64 = 1 << 20;

impl Default for Output {
    fn default() -> Self {
        Self { capture: Capture::Tail, limit: LIMIT, redact: Vec::new(), success_output: true, quiet: false }
    }
}

impl Choice for Capture {
    const WORDS: &'static [(&'static str, Self)] =
        &[("tail", Self::Tail), ("head", Self::Head), ("none", Self::None)];
}

fn default_limit() -> u64 {
    LIMIT
}

fn is_default_limit(limit: &u64) -> bool {
    *limit == LIMIT
}

pub(super) fn output(node: &Node, cx: &mut Context) -> Option<Output> {
    let mut fields = Fields::of(node, cx)?;
    let output = Output {
        capture: fields.optional(cx, "capture", choice).unwrap_or_default(),
        limit: fields.optional(cx, "limit", size(LOWEST_LIMIT..=HIGHEST_LIMIT)).unwrap_or(LIMIT),
        redact: fields.optional(cx, "redact", unique(list(32, regex))).unwrap_or_default(),
        success_output: fields.optional(cx, "successOutput", boolean).unwrap_or(true),
        quiet: fields.optional(cx, "quiet", boolean).unwrap_or(false),
    };
    fields.finish(cx);
    Some(output)
}

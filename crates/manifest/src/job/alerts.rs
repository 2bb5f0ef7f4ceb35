use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::is_default;
use crate::choice::choices;
use crate::decode::{Context, Fields, choice, duration, integer, label_text, list, non_empty, unique};
use crate::yaml::Node;

/// When somebody is told about a job, and who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alerts {
    /// Consecutive bad runs before an incident opens; 1 to 100.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1, max = 100))]
    #[schemars(extend("default" = 1))]
    pub after: u32,
    /// Consecutive good runs before it is resolved; 1 to 100.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1, max = 100))]
    #[schemars(extend("default" = 1))]
    pub recover_after: u32,
    /// How bad it is.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(extend("default" = "warning"))]
    pub severity: AlertSeverity,
    /// Alert when the last success is older than this, whatever the schedule says.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub max_since_success: Option<Duration>,
    /// Names of routes. Default: every route whose selector matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<String>,
}

choices! {
    /// How bad an incident is, ascending.
    #[derive(Default)]
    pub enum AlertSeverity {
        /// Somebody may look some day.
        Info = "info",
        /// Somebody should look at work.
        #[default]
        Warning = "warning",
        /// Somebody must look now.
        Critical = "critical",
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const LONGEST_FRESHNESS: Duration = Duration::from_secs(400 * 86_400);

impl Default for Alerts {
    /// One bad run opens a warning, one good run resolves it.
    fn default() -> Self {
        Self {
            after: 1,
            recover_after: 1,
            severity: AlertSeverity::default(),
            max_since_success: None,
            routes: Vec::new(),
        }
    }
}

fn one() -> u32 {
    1
}

fn is_one(number: &u32) -> bool {
    *number == 1
}

pub(super) fn alerts(node: &Node, cx: &mut Context) -> Option<Alerts> {
    let mut fields = Fields::of(node, cx)?;
    let alerts = Alerts {
        after: fields.optional(cx, "after", integer(1..=100)).unwrap_or(1),
        recover_after: fields.optional(cx, "recoverAfter", integer(1..=100)).unwrap_or(1),
        severity: fields.optional(cx, "severity", choice).unwrap_or_default(),
        max_since_success: fields.optional(cx, "maxSinceSuccess", duration(MINUTE..=LONGEST_FRESHNESS)),
        routes: fields.optional(cx, "routes", non_empty(unique(list(32, label_text)))).unwrap_or_default(),
    };
    fields.finish(cx);
    Some(alerts)
}

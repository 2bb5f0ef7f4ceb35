use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::decode::{Context, Fields, duration};
use crate::yaml::Node;

/// How far from the expected time a start still counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartWindow {
    /// Before the expected time.
    #[serde(
        default = "default_early",
        skip_serializing_if = "is_default_early",
        serialize_with = "crate::duration::serialize"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    #[schemars(extend("default" = "1m"))]
    pub early: Duration,
    /// After the expected time: the grace, at whose end the run is missed.
    #[serde(
        default = "default_late",
        skip_serializing_if = "is_default_late",
        serialize_with = "crate::duration::serialize"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    #[schemars(extend("default" = "10m"))]
    pub late: Duration,
}

const EARLY: Duration = Duration::from_secs(60);
const LATE: Duration = Duration::from_secs(600);
const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);
const WEEK: Duration = Duration::from_secs(7 * 86_400);

impl Default for StartWindow {
    /// One minute before to ten minutes after.
    fn default() -> Self {
        Self { early: EARLY, late: LATE }
    }
}

fn default_early() -> Duration {
    EARLY
}

fn is_default_early(early: &Duration) -> bool {
    *early == EARLY
}

fn default_late() -> Duration {
    LATE
}

fn is_default_late(late: &Duration) -> bool {
    *late == LATE
}

pub(super) fn start_window(node: &Node, cx: &mut Context) -> Option<StartWindow> {
    let mut fields = Fields::of(node, cx)?;
    let early = fields.optional(cx, "early", duration(Duration::ZERO..=DAY)).unwrap_or(EARLY);
    let late = fields.optional(cx, "late", duration(SECOND..=WEEK)).unwrap_or(LATE);
    fields.finish(cx);
    Some(StartWindow { early, late })
}

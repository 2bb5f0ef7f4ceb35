use crontopus_ids::ChannelId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::IncidentKind;

/// A route, a policy or a maintenance in force, as Git has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RuleDocument {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Name of the repository.
    pub repository: String,
    /// Path of its file.
    pub file: String,
    /// The line it begins at.
    pub line: u32,
    /// The commit this form comes from.
    pub commit: String,
    /// The document in its canonical form, YAML.
    pub manifest: String,
    /// Its `spec` as JSON, named as in the manifest.
    #[schema(value_type = Object)]
    pub spec: serde_json::Value,
    /// Of a route: what it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteRule>,
    /// Of a maintenance that is going on: its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_until: Option<Timestamp>,
}

/// What a route says: whose incidents are told, to whom, and when again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RouteRule {
    /// What the labels of its jobs must be, each like `team=data`, `env in (a, b)`, `!legacy`; all jobs when empty.
    pub selector: Vec<String>,
    /// Namespaces of its jobs; every one when empty.
    pub namespaces: Vec<String>,
    /// What is told, as in the manifest: `failed`, `recovered`, …
    pub on: Vec<String>,
    /// Incidents below this severity are not told.
    pub min_severity: String,
    /// Who is told, and who next when nobody acknowledges.
    pub steps: Vec<RouteRuleStep>,
    /// Seconds between repeats while nobody acknowledges it; absent when it is told once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_seconds: Option<u64>,
    /// What incidents share to become one notification.
    pub group_by: Vec<String>,
}

/// One step of a [`RouteRule`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RouteRuleStep {
    /// Seconds after the incident opened, if nobody acknowledged it by then.
    pub after_seconds: u64,
    /// Names of channels, as the route has them; there may be none by that name.
    pub channels: Vec<String>,
}

/// Who would be told if something happened to a job now, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RouteTest {
    /// What would happen.
    pub kind: IncidentKind,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// Nobody would be told before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_until: Option<Timestamp>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_why: Option<String>,
    /// Routes that are for it and leave it out because it is not severe enough; then nobody is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_severe_for: Vec<String>,
    /// Who is told, in order.
    pub steps: Vec<RouteTestStep>,
}

/// One telling of a [`RouteTest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RouteTestStep {
    /// `namespace/name` of the route; absent for the default route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Seconds after the incident opened, if nobody acknowledged it by then; for `late`, seconds after the expected start.
    pub after_seconds: u64,
    /// Channels.
    pub channels: Vec<ChannelName>,
    /// Whether the owners are told by mail, because there is no channel that could be.
    pub owners: bool,
    /// Names in the route that are no channel, or a disabled one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Seconds between repeats while nobody acknowledges it; absent when it is told once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_seconds: Option<u64>,
    /// Whether the end is told.
    pub recovered: bool,
}

/// A channel by its id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelName {
    /// Id.
    pub id: ChannelId,
    /// Name.
    pub name: String,
}

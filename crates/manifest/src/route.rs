//! Routes: who is told about what, when it is repeated and to whom it goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Code;
use crate::choice::choices;
use crate::decode::{Context, Fields, choice, duration, label_text, list, non_empty, unique};
use crate::job::AlertSeverity;
use crate::key::DocKey;
use crate::metadata::Metadata;
use crate::selector::{Selector, covers, namespaces, selector};
use crate::yaml::Node;

/// One route. Its name is unique in the repository, since jobs refer to it by that alone. Serialised, it
/// is its whole canonical document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schemars(
    rename = "RouteSpec",
    description = "What the route is: whose incidents are told, to whom, and when again."
)]
pub struct Route {
    /// Name, labels, annotations.
    #[serde(skip)]
    pub metadata: Metadata,
    /// Labels of the jobs it is for, unless a job names its routes itself. Default: every job.
    #[serde(default, skip_serializing_if = "Selector::is_empty")]
    pub selector: Selector,
    /// Namespaces of the jobs it is for. Default: every namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// What is told. Default: failed, missed, timed_out, host_silent and recovered.
    #[serde(default = "default_events", skip_serializing_if = "is_default_events")]
    #[schemars(extend("default" = ["failed", "missed", "timed_out", "host_silent", "recovered"]))]
    pub on: Vec<RouteEvent>,
    /// Incidents below this severity are not told.
    #[serde(default = "default_severity", skip_serializing_if = "is_default_severity")]
    #[schemars(extend("default" = "info"))]
    pub min_severity: AlertSeverity,
    /// Who is told, and who next when nobody acknowledges.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
    /// How often it is told again while the incident is open and not acknowledged. Default: once.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub repeat_every: Option<Duration>,
    /// What incidents share to become one notification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<GroupBy>,
}

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Time since the incident opened; ascending from step to step. Default: at once.
    #[serde(
        default,
        skip_serializing_if = "Duration::is_zero",
        serialize_with = "crate::duration::serialize"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    #[schemars(extend("default" = "0s"))]
    pub after: Duration,
    /// Names of channels, which are made through the API because they hold secrets.
    #[schemars(length(min = 1))]
    pub channels: Vec<String>,
}

choices! {
    /// What a route can tell.
    pub enum RouteEvent {
        /// A run failed.
        Failed = "failed",
        /// A run did not start.
        Missed = "missed",
        /// A run took too long.
        TimedOut = "timed_out",
        /// A run has not started yet, and its window is still open.
        Late = "late",
        /// A success took too little time.
        TooShort = "too_short",
        /// The last success is too old.
        Stale = "stale",
        /// An agent fell silent.
        HostSilent = "host_silent",
        /// The incident is over.
        Recovered = "recovered",
    }
}

choices! {
    /// What incidents share to become one notification.
    pub enum GroupBy {
        /// The host: one notification for thirty jobs of one lost host.
        Agent = "agent",
        /// The namespace of their jobs.
        Namespace = "namespace",
        /// The job, over all its hosts.
        Job = "job",
    }
}

const DEFAULT_EVENTS: [RouteEvent; 5] = [
    RouteEvent::Failed,
    RouteEvent::Missed,
    RouteEvent::TimedOut,
    RouteEvent::HostSilent,
    RouteEvent::Recovered,
];

const MINUTE: Duration = Duration::from_secs(60);
const WEEK: Duration = Duration::from_secs(7 * 86_400);

fn default_events() -> Vec<RouteEvent> {
    DEFAULT_EVENTS.to_vec()
}

fn is_default_events(events: &Vec<RouteEvent>) -> bool {
    *events == DEFAULT_EVENTS
}

fn default_severity() -> AlertSeverity {
    AlertSeverity::Info
}

fn is_default_severity(severity: &AlertSeverity) -> bool {
    *severity == AlertSeverity::Info
}

impl Route {
    /// `namespace/name`.
    pub fn key(&self) -> &DocKey {
        &self.metadata.key
    }

    /// Whether the route is for a job of this namespace with these labels that names no routes itself.
    pub fn matches(&self, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
        covers(&self.namespaces, &self.selector, (namespace, labels))
    }
}

pub(crate) fn decode(node: &Node, cx: &mut Context, metadata: Metadata) -> Option<Route> {
    let mut fields = Fields::of(node, cx)?;
    let f = &mut fields;
    let selector = f.optional(cx, "selector", selector).unwrap_or_default();
    let namespaces = f.optional(cx, "namespaces", namespaces).unwrap_or_default();
    let mut on = f.optional(cx, "on", non_empty(unique(list(16, choice)))).unwrap_or_else(default_events);
    let min_severity = f.optional(cx, "minSeverity", choice).unwrap_or_else(default_severity);
    let steps = f.required(cx, "steps", steps);
    let repeat_every = f.optional(cx, "repeatEvery", duration(MINUTE..=WEEK));
    let mut group_by = f.optional(cx, "groupBy", non_empty(unique(list(8, choice)))).unwrap_or_default();
    fields.finish(cx);
    // Both are sets: their order says nothing and must not change the digest.
    on.sort();
    group_by.sort();
    Some(Route { metadata, selector, namespaces, on, min_severity, steps: steps?, repeat_every, group_by })
}

fn steps(node: &Node, cx: &mut Context) -> Option<Vec<Step>> {
    let steps = non_empty(list(16, step))(node, cx)?;
    if let Some(at) = steps.windows(2).position(|pair| pair[1].after <= pair[0].after) {
        return cx.refuse_with(
            node.span,
            Code::Contradiction,
            format!("step {} does not come after step {}", at + 2, at + 1),
            "give each step a longer `after` than the one before",
        );
    }
    Some(steps)
}

fn step(node: &Node, cx: &mut Context) -> Option<Step> {
    let mut fields = Fields::of(node, cx)?;
    let after = fields.optional(cx, "after", duration(Duration::ZERO..=WEEK)).unwrap_or_default();
    let channels = fields.required(cx, "channels", non_empty(unique(list(32, label_text))));
    fields.finish(cx);
    Some(Step { after, channels: channels? })
}

use std::collections::BTreeMap;

use crontopus_ids::RunId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One signal of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// `namespace/name` of the job, or a monitor's id.
    pub monitor: String,
    /// What happened.
    pub kind: CheckInKind,
    /// Ties the signals of one run together; any string up to 200 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// Exit status of an `end`; 0 is success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// When it happened, if not now; believed up to 7 days back and 5 minutes ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Milliseconds the run took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Host it ran on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Environment, like `staging`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Output as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Why it is so, like `the previous run goes on` with `skipped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Attempts of this one run, at most 100; those of several signals are gathered by when they started.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<crate::RunAttempt>,
    /// Numbers to keep with the run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "crate::unique::map")]
    pub metrics: BTreeMap<String, f64>,
}

impl CheckIn {
    /// The fields there are.
    pub const FIELDS: [&'static str; 12] = [
        "monitor",
        "kind",
        "run_id",
        "exit_status",
        "at",
        "duration_ms",
        "host",
        "environment",
        "output",
        "reason",
        "attempts",
        "metrics",
    ];
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckInKind {
    /// The run started.
    Start,
    /// It ended well.
    Success,
    /// It ended badly.
    Fail,
    /// It ended with `exit_status`.
    End,
    /// It did not take place, on purpose.
    Skipped,
    /// Something to keep; the state stays.
    Log,
    /// It still goes on.
    Heartbeat,
}

/// `POST /api/v1/check-ins`: one, or up to 1,000 in an array.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CheckInBatch {
    /// Several.
    Many(Vec<CheckIn>),
    /// One.
    One(Box<CheckIn>),
}

/// The answer to a batch: one outcome for each check-in, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CheckInResult {
    /// Outcomes.
    pub items: Vec<CheckInOutcome>,
}

/// What became of one check-in. It is on disk when this is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CheckInOutcome {
    /// Whether it was taken.
    pub accepted: bool,
    /// The run it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<RunId>,
    /// Why it was not taken: `unknown_monitor`, `invalid`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Fields that could not be read and were passed over, as JSON pointers: the check-in counts without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
}

/// A check-in that was not taken, kept so that somebody can find out why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RejectedCheckIn {
    /// When it came.
    pub at: Timestamp,
    /// Through which door: `native`, `key`, `agent`, `healthchecks`, `sentry`, `cronitor`, `uptime-kuma`,
    /// `dead-mans-snitch`, `better-stack`, `email`.
    pub dialect: String,
    /// What it named.
    pub target: String,
    /// Why it was not taken.
    pub reason: String,
}

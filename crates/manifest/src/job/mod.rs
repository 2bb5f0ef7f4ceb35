//! Jobs: when something runs, where, how, and what is expected of it.

mod alerts;
mod decode;
mod execution;
mod expectation;
mod host;
mod notes;
mod output;
mod spec_file;
mod timing;

use std::collections::BTreeMap;
use std::time::Duration;

use crontopus_schedule::Schedule;
use schemars::JsonSchema;
use serde::Serialize;

pub use self::alerts::{AlertSeverity, Alerts};
pub use self::execution::{Drift, Kill, KillSignal, Retry, Scheduler};
pub use self::expectation::StartWindow;
pub use self::host::{Host, HostFacts, Placement};
pub use self::notes::scheduling_notes;
pub use self::output::Output;

pub(crate) use self::decode::decode;
pub(crate) use self::timing::cron;
use crate::key::JobKey;
use crate::metadata::Metadata;
use crate::spec::{Concurrency, Shell};

/// One job: its metadata and, one field each, everything `spec` can say. Absent fields hold their
/// defaults. Serialised, a job is its whole canonical document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schemars(
    rename = "JobSpec",
    description = "What the job is: when it starts, what it runs and where, and what is expected of it."
)]
#[schemars(extend("oneOf" = [{"required": ["schedule"]}, {"required": ["every"]}, {"required": ["on-demand"]}]))]
pub struct Job {
    /// Name, labels, annotations, uid.
    #[serde(skip)]
    pub metadata: Metadata,
    /// What the job does, for people; one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it starts: exactly one of `schedule`, `every` and `on-demand`.
    #[serde(flatten, serialize_with = "timing::serialize")]
    #[schemars(with = "timing::TimingForm")]
    pub schedule: Schedule,
    /// IANA name of the time zone the schedule is meant in. Default: the host's own for jobs on hosts,
    /// UTC in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The program to start, or with `shell` the script's text. Absent: ping mode; something else
    /// schedules the job and only monitoring is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The program's arguments, passed exactly as written: never split, expanded or quoted again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "crate::schema::texts")]
    pub args: Vec<String>,
    /// `true`: `command` is a script for `sh -c` and `args` are `$1…`. A path: the same with that
    /// interpreter.
    #[serde(default, skip_serializing_if = "is_default", serialize_with = "execution::serialize_shell")]
    #[schemars(schema_with = "execution::shell_schema")]
    #[schemars(extend("default" = false))]
    pub shell: Shell,
    /// The user the job runs as; needs an agent that runs as root. Default: the agent's job user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Absolute directory to start in. Default: the user's home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// Environment variables; they win over those of `envFiles`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "crate::schema::texts_by_name")]
    pub env: BTreeMap<String, String>,
    /// Files of `NAME=value` lines on the host, read in order before each run, so that secrets stay out
    /// of Git.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_files: Vec<String>,
    /// Which agents hold the job. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Host>,
    /// Which of a host's schedulers holds the job.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(extend("default" = "auto"))]
    pub scheduler: Scheduler,
    /// What happens when somebody else edits or deletes the entry: it is put right (`enforce`), only reported
    /// (`warn`), or left alone (`off`). Default: as the host's own `drift` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// How far from the expected time a start still counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub start_window: StartWindow,
    /// A run that takes longer is timed out; the wrapper ends it only with `kill`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub max_runtime: Option<Duration>,
    /// A success that takes less is suspicious.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub min_runtime: Option<Duration>,
    /// Ends a run by force. `true`: after `maxRuntime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "execution::kill_schema")]
    pub kill: Option<Kill>,
    /// What happens when the previous run still goes on: both run (`allow`), the new one is skipped
    /// (`forbid`), or the old one is ended (`replace`).
    #[serde(default, skip_serializing_if = "is_default", serialize_with = "crate::choice::serialize")]
    #[schemars(schema_with = "crate::choice::schema::<Concurrency>")]
    #[schemars(extend("default" = "allow"))]
    pub concurrency: Concurrency,
    /// Further attempts inside one run when the command fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Upper bound of a delay before the start, different on each host and the same each time; widens
    /// the start window by itself.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub jitter: Option<Duration>,
    /// Whether a start missed while the host was down is made up once.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(extend("default" = false))]
    pub catch_up: bool,
    /// What is kept of the output.
    #[serde(default, skip_serializing_if = "is_default")]
    pub output: Output,
    /// When somebody is told.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alerts: Alerts,
    /// `false`: on no host and not monitored.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    #[schemars(extend("default" = true))]
    pub enabled: bool,
    /// `true`: the entry is kept but disabled on hosts, and the monitor is paused.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(extend("default" = false))]
    pub paused: bool,
}

impl Job {
    /// `namespace/name`.
    pub fn key(&self) -> &JobKey {
        &self.metadata.key
    }

    /// The labels that selectors match.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.metadata.labels
    }

    /// Whether something else schedules the job, so that only monitoring is wanted.
    pub fn is_ping(&self) -> bool {
        self.command.is_none()
    }

    /// Whether the job belongs on this host: it has a command, is enabled, and its `host` names or
    /// selects it. With `placement: one` the choice among several such hosts is the server's.
    pub fn selects(&self, host: &HostFacts<'_>) -> bool {
        self.enabled && !self.is_ping() && self.host.as_ref().is_some_and(|wanted| wanted.matches(host))
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_true(value: &bool) -> bool {
    *value
}

fn yes() -> bool {
    true
}

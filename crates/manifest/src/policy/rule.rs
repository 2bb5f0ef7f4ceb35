use std::time::Duration;

use crontopus_schedule::Cron;
use schemars::JsonSchema;
use serde::Serialize;

use crate::choice::choices;
use crate::pattern::Glob;

/// The rules of a policy; one that is absent forbids nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rules {
    /// The least time between two starts.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub min_interval: Option<Duration>,
    /// Labels every job must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require_labels: Vec<String>,
    /// Annotations every job must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub require_annotations: Vec<String>,
    /// The only users a job may run as. A job without `user` runs as the agent's job user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_users: Option<Vec<String>>,
    /// Users no job may run as.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied_users: Vec<String>,
    /// Globs; the program of every job must match one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>")]
    pub allowed_commands: Option<Vec<Glob>>,
    /// Globs; the program of no job may match one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub denied_commands: Vec<Glob>,
    /// `false`: no job may use `shell`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_shell: Option<bool>,
    /// `maxRuntime` must be set, and be at most this.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::duration::serialize_option"
    )]
    #[schemars(schema_with = "crate::duration::schema")]
    pub require_max_runtime: Option<Duration>,
    /// The only time zones. A job without `timezone` is in its host's zone, or UTC in ping mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_timezones: Option<Vec<String>>,
    /// Every start must fall inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_window: Option<AllowedWindow>,
    /// The most jobs one host may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub max_jobs_per_host: Option<u32>,
    /// `true`: agents apply the jobs only from commits signed by a key they trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_signed_commits: Option<bool>,
}

/// The minutes in which jobs may start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AllowedWindow {
    /// A cron expression of five fields; its every minute is inside, such as `* 0-6 * * *`.
    #[schemars(with = "String")]
    pub cron: Cron,
    /// IANA name of the time zone it is meant in.
    #[serde(default = "utc", skip_serializing_if = "is_utc")]
    #[schemars(extend("default" = "UTC"))]
    pub timezone: String,
}

choices! {
    /// One rule of a policy, by its field's name.
    pub enum Rule {
        /// `minInterval`
        MinInterval = "minInterval",
        /// `requireLabels`
        RequireLabels = "requireLabels",
        /// `requireAnnotations`
        RequireAnnotations = "requireAnnotations",
        /// `allowedUsers`
        AllowedUsers = "allowedUsers",
        /// `deniedUsers`
        DeniedUsers = "deniedUsers",
        /// `allowedCommands`
        AllowedCommands = "allowedCommands",
        /// `deniedCommands`
        DeniedCommands = "deniedCommands",
        /// `allowShell`
        AllowShell = "allowShell",
        /// `requireMaxRuntime`
        RequireMaxRuntime = "requireMaxRuntime",
        /// `allowedTimezones`
        AllowedTimezones = "allowedTimezones",
        /// `allowedWindow`
        AllowedWindow = "allowedWindow",
        /// `maxJobsPerHost`
        MaxJobsPerHost = "maxJobsPerHost",
        /// `requireSignedCommits`
        RequireSignedCommits = "requireSignedCommits",
    }
}

pub(super) const UTC: &str = "UTC";

fn utc() -> String {
    UTC.to_owned()
}

fn is_utc(zone: &str) -> bool {
    zone == UTC
}

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/manifests/from-crontab`: turns the lines of a crontab into manifests; nothing is changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConvertCrontab {
    /// The crontab, at most 256 KiB.
    pub text: String,
    /// Whose lines it has; `user` when absent.
    #[serde(default)]
    pub format: CrontabFormat,
    /// Whose crontab it is: jobs run as this user. Not with `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Namespace of the jobs; `default` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Names of the hosts that are to hold the jobs, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub hosts: Vec<String>,
    /// Labels of the hosts that are to hold the jobs: those that have all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub selector: BTreeMap<String, String>,
}

/// How the lines of a crontab are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CrontabFormat {
    /// As `crontab -l` shows them.
    #[default]
    User,
    /// With a user after the schedule, as in `/etc/crontab` and `/etc/cron.d`.
    System,
}

/// The answer to [`ConvertCrontab`]: every line is in one of the two, but for blanks, comments and assignments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConvertedCrontab {
    /// What became of lines, in their order; up to 1,000.
    pub manifests: Vec<CrontabManifest>,
    /// Lines that are left out.
    pub skipped: Vec<SkippedLine>,
}

/// One line as a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CrontabManifest {
    /// The line's number, from 1.
    pub line: u64,
    /// Name of the job, unique among these.
    pub name: String,
    /// Path of the manifest in the repository.
    pub file: String,
    /// The manifest, YAML. It is valid.
    pub manifest: String,
    /// What is not the same as before, and what deserves a second look.
    pub notes: Vec<String>,
}

/// A line of which no manifest was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkippedLine {
    /// Its number, from 1.
    pub line: u64,
    /// What stands there.
    pub text: String,
    /// Why it is left out.
    pub reason: String,
}

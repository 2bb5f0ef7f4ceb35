use std::collections::BTreeMap;

use crontopus_schedule::Guard;
use serde::{Deserialize, Serialize};

/// The version of [`SpecFile`] this build writes and the only one it reads.
pub const SPEC_FORMAT: u32 = 1;

/// Everything the wrapper needs to run one job: written by the agent to
/// [`Layout::spec`](super::Layout::spec), owned by root and readable by the job's user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecFile {
    /// Always [`SPEC_FORMAT`].
    pub format: u32,
    /// `namespace/name`: the argument of `crontopus-run` and the key of every record.
    pub job: String,
    /// Digest of the manifest this was made from, reported with each run.
    pub digest: String,
    /// The program (or, with a shell, the script's text).
    pub command: String,
    /// Its arguments, passed exactly as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// How `command` is started.
    #[serde(default)]
    pub shell: Shell,
    /// The user the native entry runs as; the wrapper refuses to run as anybody else. Absent: whoever
    /// the native scheduler starts it as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Absolute directory to start in. Absent: the scheduler's (the user's home under cron).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// Environment added to the scheduler's own; wins over `env_files`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// Files of `NAME=value` lines on the host, read in order before each run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_files: Vec<String>,
    /// Milliseconds; beyond it the run counts as timed out (the server judges it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_runtime_ms: Option<u64>,
    /// Ends the run by force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kill: Option<Kill>,
    /// What happens when the previous run still goes on.
    #[serde(default)]
    pub concurrency: Concurrency,
    /// Attempts inside one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Upper bound in milliseconds of the delay before the start; the delay itself is a hash of job and
    /// host, so that it is the same each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter_ms: Option<u64>,
    /// What is kept of the output.
    #[serde(default)]
    pub output: OutputRules,
    /// Present when the native entry is a superset of the true schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Guard>,
    /// Seed of the jitter: the agent's id, the same on each run.
    #[serde(default)]
    pub host: String,
}

/// How the command is started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shell {
    /// `execvp(command, args)`.
    #[default]
    None,
    /// `sh -c command sh args…`.
    Sh,
    /// `<interpreter> -c command <interpreter> args…`.
    Interpreter(String),
}

/// When and how a run is ended by force: the signal goes to the run's process group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kill {
    /// Milliseconds from the start of the first attempt.
    pub after_ms: u64,
    /// First signal, by name without `SIG`: `TERM`, `INT`, `HUP`, `QUIT`, `USR1`, `USR2`, `KILL`.
    pub signal: String,
    /// Milliseconds between the first signal and `KILL`.
    pub grace_ms: u64,
}

/// What happens when the previous run of the job still goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concurrency {
    /// Both run.
    #[default]
    Allow,
    /// The new one is skipped, and that is reported.
    Forbid,
    /// The old one is ended, then the new one starts.
    Replace,
}

/// Attempts inside one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// All attempts, the first included; at least 1.
    pub attempts: u32,
    /// Milliseconds before the second attempt.
    pub delay_ms: u64,
    /// How the delay grows.
    #[serde(default)]
    pub backoff: Backoff,
    /// Upper bound of one delay in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_delay_ms: Option<u64>,
}

/// How the delay between attempts grows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    /// The same delay each time.
    #[default]
    Constant,
    /// Doubled each time.
    Exponential,
}

/// What is kept of a run's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputRules {
    /// Which part is kept.
    pub capture: Capture,
    /// Bytes kept in all, the head included.
    pub limit: u64,
    /// Regular expressions whose matches are replaced by `[redacted]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redact: Vec<String>,
    /// Whether the output of a successful run is kept too.
    pub success_output: bool,
    /// Whether the scheduler sees nothing of the output (no mail from cron).
    #[serde(default)]
    pub quiet: bool,
}

impl Default for OutputRules {
    fn default() -> Self {
        Self {
            capture: Capture::Tail,
            limit: 64 * 1024,
            redact: Vec::new(),
            success_output: true,
            quiet: false,
        }
    }
}

/// Which part of the output is kept when it is longer than the limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// The first 2 KiB and the end.
    #[default]
    Tail,
    /// The beginning.
    Head,
    /// Nothing.
    None,
}

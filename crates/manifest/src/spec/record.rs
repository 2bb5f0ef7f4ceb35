use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of [`SpoolRecord`] this build writes and the only one it reads.
pub const RECORD_FORMAT: u32 = 1;

/// One thing the wrapper has to say about a run: a file in the spool, deleted by the agent once the
/// server has answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpoolRecord {
    /// Always [`RECORD_FORMAT`].
    pub format: u32,
    /// `namespace/name`.
    pub job: String,
    /// UUIDv7 made by the wrapper; the same in every record of one run.
    pub run_id: String,
    /// What is said.
    pub kind: RecordKind,
    /// When it happened, by the host's clock.
    pub at: Timestamp,
    /// The true occurrence a guarded run claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Timestamp>,
    /// Digest of the spec the run was started with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Exit status of the last attempt; absent when it was ended by a signal or never started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Number of the signal that ended the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// The wrapper ended the run because `kill.after` had passed.
    #[serde(default)]
    pub killed: bool,
    /// Why the command could not be started, or why the run was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Milliseconds from the start of the first attempt to the end of the last, by the monotonic clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Every attempt, in order; one without retries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// What was kept of the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<OutputRecord>,
    /// What the run used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
}

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// The command is about to start.
    Start,
    /// The run has ended.
    End,
    /// The run did not take place: the previous one still goes on.
    Skipped,
    /// The native entry names a job that has no spec file.
    Orphan,
}

/// One attempt of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it started, by the host's clock.
    pub started_at: Timestamp,
    /// Milliseconds.
    pub duration_ms: u64,
    /// Exit status, if it exited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i32>,
    /// Signal number, if a signal ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
}

/// What was kept of a run's output: standard output and standard error, interleaved as they came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputRecord {
    /// Base64 (standard alphabet, padded) of the kept bytes; when something was dropped, the head.
    pub head: String,
    /// Base64 of the end, when something between head and end was dropped.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tail: String,
    /// Bytes the run wrote in all.
    pub total_bytes: u64,
    /// Bytes dropped between head and tail (or after the head).
    pub dropped_bytes: u64,
}

/// What a run used, from the kernel's accounting of its children.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Milliseconds of CPU in user mode.
    pub user_ms: u64,
    /// Milliseconds of CPU in the kernel.
    pub system_ms: u64,
    /// Largest resident set in KiB.
    pub max_rss_kib: u64,
}

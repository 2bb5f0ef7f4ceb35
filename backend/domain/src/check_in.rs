use std::collections::BTreeMap;

use crontopus_ids::{MonitorId, RunId};

use crate::derive::derived_run;
use crate::run::{Attempt, Usage};

/// How far back a sender's time is believed: 7 days.
pub const BELIEVED_BACK_MS: i64 = 7 * 86_400_000;

/// How far ahead a sender's time is believed: 5 minutes.
pub const BELIEVED_AHEAD_MS: i64 = 5 * 60_000;

/// One signal of a run, whatever dialect it came in. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckIn {
    /// What happened.
    pub kind: CheckInKind,
    /// Which run.
    pub key: RunKey,
    /// When, as the sender says.
    pub at: Option<i64>,
    /// Milliseconds the run took, as the sender says.
    pub duration_ms: Option<i64>,
    /// Host.
    pub host: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// Exit status.
    pub exit_status: Option<i32>,
    /// Signal number.
    pub signal: Option<i32>,
    /// Why it is so: `killed`, why it could not start or was skipped.
    pub reason: Option<String>,
    /// Attempts.
    pub attempts: Vec<Attempt>,
    /// What it used.
    pub usage: Usage,
    /// Bytes it wrote.
    pub output_bytes: Option<i64>,
    /// Numbers to keep.
    pub metrics: BTreeMap<String, f64>,
    /// The occurrence a guarded run claimed on its host.
    pub scheduled_for: Option<i64>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckInKind {
    /// The run began.
    Start,
    /// It ended.
    End {
        /// Well or badly.
        well: bool,
    },
    /// It did not take place, on purpose.
    Skipped,
    /// It still goes on.
    Heartbeat,
    /// Something to keep; nothing changes.
    Log,
}

/// What ties the signals of one run together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RunKey {
    /// Nothing: the newest open run of the host and environment is meant, or a new one.
    None,
    /// A text of the sender's.
    External(String),
    /// The run's own id, made by the wrapper.
    Own(RunId),
}

impl RunKey {
    /// The id of the run it names.
    pub fn run(&self, monitor: MonitorId) -> Option<RunId> {
        match self {
            Self::None => None,
            Self::External(text) => Some(derived_run(monitor, "key", text)),
            Self::Own(id) => Some(*id),
        }
    }
}

impl CheckInKind {
    /// `start`, `success`, `fail`, `skipped`, `heartbeat` or `log`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End { well: true } => "success",
            Self::End { well: false } => "fail",
            Self::Skipped => "skipped",
            Self::Heartbeat => "heartbeat",
            Self::Log => "log",
        }
    }
}

impl CheckIn {
    /// A signal of which nothing more is said.
    pub fn new(kind: CheckInKind, key: RunKey) -> Self {
        Self {
            kind,
            key,
            at: None,
            duration_ms: None,
            host: None,
            environment: None,
            exit_status: None,
            signal: None,
            reason: None,
            attempts: Vec::new(),
            usage: Usage::default(),
            output_bytes: None,
            metrics: BTreeMap::new(),
            scheduled_for: None,
        }
    }

    /// When it happened: the sender's time if it is believed, and otherwise `received` with how far off
    /// the sender was.
    pub fn moment(&self, received: i64) -> (i64, Option<i64>) {
        let Some(at) = self.at else { return (received, None) };
        let off = at.saturating_sub(received);
        if (-BELIEVED_BACK_MS..=BELIEVED_AHEAD_MS).contains(&off) {
            (at, None)
        } else {
            (received, Some(off))
        }
    }

    /// The duration, if it can be one.
    pub fn believed_duration(&self) -> Option<i64> {
        self.duration_ms.filter(|d| (0..=366 * 86_400_000).contains(d))
    }
}

use serde::{Deserialize, Serialize};

/// What a client says is to be expected of its job. It proposes; Git decides. Durations are milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// When it starts, a cron expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// When it starts, by elapsed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_ms: Option<i64>,
    /// IANA zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// How late a start may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_ms: Option<i64>,
    /// How long a run may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_runtime_ms: Option<i64>,
    /// Consecutive bad runs before somebody is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_after: Option<u32>,
    /// Consecutive good runs before it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recover_after: Option<u32>,
}

/// Longer texts, in bytes, are neither a schedule nor a zone.
const LONGEST_TEXT: usize = 256;

impl Proposal {
    /// What a client wrote as a schedule or zone, trimmed; `None` when it is too long to be one.
    pub fn text(written: &str) -> Option<String> {
        let written = written.trim();
        (written.len() <= LONGEST_TEXT).then(|| written.to_owned())
    }

    /// Whether nothing is proposed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

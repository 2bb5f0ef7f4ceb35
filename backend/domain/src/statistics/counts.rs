use serde::{Deserialize, Serialize};

use crate::RunStatus;

/// How many runs ended how. Runs that go on are not counted. Differences may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Ended well.
    #[serde(rename = "s", skip_serializing_if = "is_zero")]
    pub succeeded: i64,
    /// Ended badly.
    #[serde(rename = "f", skip_serializing_if = "is_zero")]
    pub failed: i64,
    /// Took longer than they may.
    #[serde(rename = "t", skip_serializing_if = "is_zero")]
    pub timed_out: i64,
    /// Did not start.
    #[serde(rename = "m", skip_serializing_if = "is_zero")]
    pub missed: i64,
    /// Did not start on purpose.
    #[serde(rename = "k", skip_serializing_if = "is_zero")]
    pub skipped: i64,
    /// Nobody can say.
    #[serde(rename = "u", skip_serializing_if = "is_zero")]
    pub unknown: i64,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

impl Counts {
    /// Counts one run.
    pub fn add(&mut self, status: RunStatus) {
        match status {
            RunStatus::Succeeded => self.succeeded += 1,
            RunStatus::Failed => self.failed += 1,
            RunStatus::TimedOut => self.timed_out += 1,
            RunStatus::Missed => self.missed += 1,
            RunStatus::Skipped => self.skipped += 1,
            RunStatus::Unknown => self.unknown += 1,
            RunStatus::Running => {}
        }
    }

    /// Counts what the other counts.
    pub fn merge(&mut self, other: &Self) {
        *self = self.with(other, 1);
    }

    /// No longer counts what the other counts.
    pub fn take(&mut self, other: &Self) {
        *self = self.with(other, -1);
    }

    fn with(self, other: &Self, sign: i64) -> Self {
        Self {
            succeeded: self.succeeded + sign * other.succeeded,
            failed: self.failed + sign * other.failed,
            timed_out: self.timed_out + sign * other.timed_out,
            missed: self.missed + sign * other.missed,
            skipped: self.skipped + sign * other.skipped,
            unknown: self.unknown + sign * other.unknown,
        }
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Runs of which somebody can say whether they were good: neither skipped nor unknown.
    pub fn judged(&self) -> i64 {
        self.succeeded + self.bad()
    }

    /// Failed, timed out and missed.
    pub fn bad(&self) -> i64 {
        self.failed + self.timed_out + self.missed
    }

    /// All of them.
    pub fn total(&self) -> i64 {
        self.judged() + self.skipped + self.unknown
    }

    /// The share of good runs among those judged, 0 to 1; `None` without any.
    pub fn success_rate(&self) -> Option<f64> {
        (self.judged() > 0).then(|| self.succeeded as f64 / self.judged() as f64)
    }

    /// The worst that happened; `None` when nothing did.
    pub fn worst(&self) -> Option<RunStatus> {
        let by_rank = [
            (self.failed, RunStatus::Failed),
            (self.timed_out, RunStatus::TimedOut),
            (self.missed, RunStatus::Missed),
            (self.unknown, RunStatus::Unknown),
            (self.skipped, RunStatus::Skipped),
            (self.succeeded, RunStatus::Succeeded),
        ];
        by_rank.into_iter().find(|(count, _)| *count > 0).map(|(_, status)| status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_leave_out_what_nobody_can_judge() {
        let mut counts = Counts::default();
        assert_eq!((counts.success_rate(), counts.worst()), (None, None));
        for status in RunStatus::ALL {
            counts.add(*status);
        }
        assert_eq!((counts.total(), counts.judged(), counts.bad()), (6, 4, 3));
        assert_eq!((counts.success_rate(), counts.worst()), (Some(0.25), Some(RunStatus::Failed)));
        let all = counts;
        counts.take(&all);
        assert!(counts.is_empty());
    }
}

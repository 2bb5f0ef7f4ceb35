use serde::{Deserialize, Serialize};

use super::{Counts, Durations, SLOT_MS};
use crate::RunStatus;

/// What is known of the runs of a span of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How they ended.
    #[serde(default, rename = "c", skip_serializing_if = "Counts::is_empty")]
    pub counts: Counts,
    /// How long the good ones took.
    #[serde(default, rename = "d", skip_serializing_if = "is_none")]
    pub durations: Durations,
}

/// The same of one hour, told apart by half hours as far as they are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourTally {
    /// How those ended whose place is in the first and in the second half.
    #[serde(default, rename = "c")]
    pub halves: [Counts; 2],
    /// How long the good ones took.
    #[serde(default, rename = "d", skip_serializing_if = "is_none")]
    pub durations: Durations,
    /// How long after they were expected those started of which both is known.
    #[serde(default, rename = "l", skip_serializing_if = "is_none")]
    pub lags: Durations,
}

fn is_none(durations: &Durations) -> bool {
    *durations == Durations::default()
}

impl Tally {
    /// Counts one run.
    pub fn add(&mut self, status: RunStatus, duration_ms: Option<i64>) {
        self.counts.add(status);
        if status == RunStatus::Succeeded
            && let Some(ms) = duration_ms
        {
            self.durations.add(ms);
        }
    }

    /// Counts what the other counts.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        self.durations.merge(&other.durations);
    }

    /// No longer counts what the other counts.
    pub fn take(&mut self, other: &Self) {
        self.counts.take(&other.counts);
        self.durations.take(&other.durations);
    }
}

impl HourTally {
    /// Counts one run whose place is `at`, UTC milliseconds.
    pub fn add(&mut self, at: i64, status: RunStatus, duration_ms: Option<i64>) {
        let half = usize::from(at.rem_euclid(2 * SLOT_MS) >= SLOT_MS);
        self.halves[half].add(status);
        if status == RunStatus::Succeeded
            && let Some(ms) = duration_ms
        {
            self.durations.add(ms);
        }
    }

    /// The whole hour.
    pub fn total(&self) -> Tally {
        let mut counts = self.halves[0];
        counts.merge(&self.halves[1]);
        Tally { counts, durations: self.durations.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{DAY_MS, HOUR_MS, start_of};

    #[test]
    fn an_hour_knows_its_halves() {
        let mut hour = HourTally::default();
        let begin = 5 * HOUR_MS;
        hour.add(begin, RunStatus::Succeeded, Some(1_000));
        hour.add(begin + SLOT_MS - 1, RunStatus::Missed, None);
        hour.add(begin + SLOT_MS, RunStatus::Failed, Some(3));
        hour.add(begin + SLOT_MS, RunStatus::Running, None);
        assert_eq!((hour.halves[0].total(), hour.halves[1].total()), (2, 1));
        let total = hour.total();
        assert_eq!((total.counts.total(), total.durations.count()), (3, 1));
        let json = serde_json::to_string(&hour).unwrap();
        assert_eq!(json, r#"{"c":[{"s":1,"m":1},{"f":1}],"d":"1000 143:1"}"#);
        assert_eq!(serde_json::from_str::<HourTally>(&json).unwrap(), hour);
        hour.lags.add(250);
        let json = serde_json::to_string(&hour).unwrap();
        assert!(json.contains(r#""l":"250 "#), "{json}");
        assert_eq!(serde_json::from_str::<HourTally>(&json).unwrap(), hour);
    }

    #[test]
    fn spans_begin_in_utc() {
        assert_eq!(start_of(DAY_MS + 5, DAY_MS), DAY_MS);
        assert_eq!(start_of(-1, HOUR_MS), -HOUR_MS);
    }
}

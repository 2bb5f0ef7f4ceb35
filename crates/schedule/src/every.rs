//! Schedules by elapsed time.

use std::fmt;
use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A fixed interval of elapsed time, aligned to 1970-01-01T00:00:00Z whatever the zone: `15m`
/// starts at :00, :15, :30 and :45, `1d` at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Every(NonZeroU32);

/// An interval that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EveryError {
    /// Zero seconds.
    #[error("an interval of 0 never ends; write at least 1s (60s where cron starts the job)")]
    Zero,
    /// More than 366 days.
    #[error("an interval of {0} seconds is longer than 366 days; use a cron expression")]
    TooLong(u64),
}

const MAX_SECONDS: u32 = 366 * 86_400;

impl Every {
    /// An interval of whole seconds, from 1 to 366 days. Cron daemons hold whole minutes only.
    ///
    /// # Errors
    /// Zero, or more than 366 days.
    pub fn from_seconds(seconds: u64) -> Result<Self, EveryError> {
        let short = u32::try_from(seconds).ok().filter(|&seconds| seconds <= MAX_SECONDS);
        let seconds = short.ok_or(EveryError::TooLong(seconds))?;
        NonZeroU32::new(seconds).map(Every).ok_or(EveryError::Zero)
    }

    /// The interval in seconds.
    pub fn seconds(self) -> u32 {
        self.0.get()
    }

    /// First start strictly after `after`.
    pub fn next(self, after: Timestamp) -> Option<Timestamp> {
        let step = i64::from(self.seconds());
        let floor = crate::firing::floor_second(after).div_euclid(step);
        Timestamp::from_second(floor.checked_add(1)?.checked_mul(step)?).ok()
    }

    /// Last start at or before `at`.
    pub fn prev(self, at: Timestamp) -> Option<Timestamp> {
        let step = i64::from(self.seconds());
        let floor = crate::firing::floor_second(at).div_euclid(step);
        Timestamp::from_second(floor.checked_mul(step)?).ok()
    }
}

impl TryFrom<u64> for Every {
    type Error = EveryError;

    fn try_from(seconds: u64) -> Result<Self, EveryError> {
        Every::from_seconds(seconds)
    }
}

impl From<Every> for u64 {
    fn from(every: Every) -> u64 {
        u64::from(every.seconds())
    }
}

/// The manifest's spelling: `1h30m`.
impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.seconds();
        for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
            if rest >= seconds {
                write!(f, "{}{unit}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_aligned_to_the_epoch() {
        let every = Every::from_seconds(5_400).unwrap();
        let at: Timestamp = "2026-11-23T10:30:00Z".parse().unwrap();
        assert_eq!(every.prev(at).unwrap(), at);
        assert_eq!(every.next(at).unwrap().to_string(), "2026-11-23T12:00:00Z");
        let before_epoch: Timestamp = "1969-12-31T23:59:59.5Z".parse().unwrap();
        assert_eq!(every.next(before_epoch).unwrap(), Timestamp::UNIX_EPOCH);
        assert_eq!(every.prev(before_epoch).unwrap().to_string(), "1969-12-31T22:30:00Z");
        assert_eq!(every.to_string(), "1h30m");
    }

    #[test]
    fn bounds_are_errors() {
        assert_eq!(Every::from_seconds(0), Err(EveryError::Zero));
        assert!(Every::from_seconds(u64::MAX).is_err());
        assert!(serde_json::from_str::<Every>("0").is_err());
        assert_eq!(serde_json::from_str::<Every>("60").unwrap().seconds(), 60);
    }
}

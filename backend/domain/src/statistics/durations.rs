use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// Each bucket ends this many times further out than the one before.
const GROWTH: f64 = 1.05;

/// A quantile is at most this share of itself (and half a millisecond) away from the true one: with buckets that
/// grow by γ, the middle `2γⁱ / (γ + 1)` of a bucket is within `(γ - 1) / (γ + 1)` of everything in it.
pub const RELATIVE_ERROR: f64 = (GROWTH - 1.0) / (GROWTH + 1.0);

/// How long runs took, in buckets of fixed bounds: any two can be added or subtracted, and quantiles are within
/// [`RELATIVE_ERROR`]. A few bytes for each bucket that is not empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Durations {
    /// Bucket 0 holds no time at all, bucket `i + 1` what is above `γⁱ⁻¹` and at most `γⁱ` milliseconds.
    buckets: BTreeMap<u16, i64>,
    sum_ms: i64,
}

impl Durations {
    /// Counts a duration in milliseconds.
    pub fn add(&mut self, ms: i64) {
        *self.buckets.entry(bucket(ms)).or_default() += 1;
        self.sum_ms += ms.max(0);
    }

    /// Counts what the other counts.
    pub fn merge(&mut self, other: &Self) {
        other.buckets.iter().for_each(|(bucket, count)| *self.buckets.entry(*bucket).or_default() += count);
        self.sum_ms += other.sum_ms;
    }

    /// No longer counts what the other counts.
    pub fn take(&mut self, other: &Self) {
        other.buckets.iter().for_each(|(bucket, count)| *self.buckets.entry(*bucket).or_default() -= count);
        self.buckets.retain(|_, count| *count != 0);
        self.sum_ms -= other.sum_ms;
    }

    /// How many there are.
    pub fn count(&self) -> i64 {
        self.buckets.values().sum()
    }

    /// The mean, milliseconds, exact.
    pub fn mean(&self) -> Option<i64> {
        let count = self.count();
        (count > 0).then(|| self.sum_ms / count)
    }

    /// The duration that a share `q` of all does not exceed (nearest rank), milliseconds.
    pub fn quantile(&self, q: f64) -> Option<i64> {
        let count = self.count();
        let rank = ((q * count as f64).ceil() as i64).clamp(1, count.max(1));
        let mut seen = 0;
        for (bucket, own) in &self.buckets {
            seen += own;
            if seen >= rank {
                return Some(middle(*bucket));
            }
        }
        None
    }
}

fn bucket(ms: i64) -> u16 {
    match ms {
        ..=0 => 0,
        ms => 1 + ((ms as f64).ln() / GROWTH.ln()).ceil().clamp(0.0, f64::from(u16::MAX - 1)) as u16,
    }
}

fn middle(bucket: u16) -> i64 {
    match bucket {
        0 => 0,
        n => (2.0 * GROWTH.powi(i32::from(n) - 1) / (GROWTH + 1.0)).round() as i64,
    }
}

/// `sum bucket:count bucket:count …`; empty for none.
impl From<Durations> for String {
    fn from(durations: Durations) -> Self {
        if durations.buckets.is_empty() && durations.sum_ms == 0 {
            return Self::new();
        }
        let mut text = durations.sum_ms.to_string();
        for (bucket, count) in &durations.buckets {
            write!(text, " {bucket}:{count}").expect("a String takes everything");
        }
        text
    }
}

/// A text that holds no durations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text holds no durations")]
pub struct NotDurations;

impl TryFrom<String> for Durations {
    type Error = NotDurations;

    fn try_from(text: String) -> Result<Self, NotDurations> {
        let mut words = text.split_ascii_whitespace();
        let Some(sum) = words.next() else { return Ok(Self::default()) };
        let pair = |word: &str| {
            let (bucket, count) = word.split_once(':')?;
            Some((bucket.parse().ok()?, count.parse().ok()?))
        };
        let buckets: Option<_> = words.map(pair).collect();
        Ok(Self { buckets: buckets.ok_or(NotDurations)?, sum_ms: sum.parse().map_err(|_| NotDurations)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(all: &[i64]) -> Durations {
        let mut durations = Durations::default();
        all.iter().for_each(|ms| durations.add(*ms));
        durations
    }

    proptest! {
        #[test]
        fn quantiles_keep_their_bound(mut all in prop::collection::vec(0i64..700_000_000, 1..200), q in 0.0f64..=1.0) {
            let found = of(&all).quantile(q).unwrap();
            all.sort_unstable();
            let rank = ((q * all.len() as f64).ceil() as usize).clamp(1, all.len());
            let exact = all[rank - 1];
            let off = (found - exact).abs() as f64;
            prop_assert!(off <= RELATIVE_ERROR * exact as f64 + 0.5, "{found} for {exact}");
        }

        #[test]
        fn what_is_added_can_be_taken_again(one in prop::collection::vec(0i64..10_000_000, 0..50),
            two in prop::collection::vec(0i64..10_000_000, 0..50)) {
            let both: Vec<_> = one.iter().chain(&two).copied().collect();
            let mut sum = of(&one);
            sum.merge(&of(&two));
            prop_assert_eq!(&sum, &of(&both));
            sum.take(&of(&two));
            prop_assert_eq!(&sum, &of(&one));
            let text = String::from(sum.clone());
            prop_assert_eq!(Durations::try_from(text).unwrap(), sum);
        }
    }

    #[test]
    fn edges() {
        assert_eq!(of(&[]).quantile(0.5), None);
        assert_eq!(of(&[]).mean(), None);
        assert_eq!(of(&[0, -5]).quantile(1.0), Some(0));
        assert_eq!(of(&[1, 2]).quantile(0.0), Some(1));
        assert!(Durations::try_from("1 x:2".to_owned()).is_err());
        assert!(of(&[i64::MAX / 2]).quantile(0.5).is_some());
    }
}

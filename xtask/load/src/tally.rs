//! What came back.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// Counts and latencies of one connection, or of all.
#[derive(Default)]
pub(crate) struct Tally {
    answers: BTreeMap<u16, u64>,
    /// Requests whose connection failed before the answer.
    broken: u64,
    latencies_us: Vec<u32>,
}

/// The line that is printed.
#[derive(Serialize, Debug)]
pub(crate) struct Summary {
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    pub(crate) answers: BTreeMap<u16, u64>,
    pub(crate) broken: u64,
    p50_us: u32,
    p99_us: u32,
    max_us: u32,
}

impl Tally {
    pub(crate) fn answered(&mut self, status: u16, latency: Duration) {
        *self.answers.entry(status).or_default() += 1;
        self.latencies_us.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
    }

    pub(crate) fn broke(&mut self) {
        self.broken += 1;
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (status, count) in other.answers {
            *self.answers.entry(status).or_default() += count;
        }
        self.broken += other.broken;
        self.latencies_us.extend(other.latencies_us);
    }

    pub(crate) fn summarize(mut self, took: Duration) -> Summary {
        self.latencies_us.sort_unstable();
        let quantile = |share: f64| {
            let rank = (self.latencies_us.len() as f64 * share).ceil() as usize;
            self.latencies_us.get(rank.saturating_sub(1)).copied().unwrap_or(0)
        };
        Summary {
            requests: self.latencies_us.len() as u64 + self.broken,
            seconds: took.as_secs_f64(),
            p50_us: quantile(0.5),
            p99_us: quantile(0.99),
            max_us: quantile(1.0),
            answers: self.answers,
            broken: self.broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up() {
        let (mut all, mut one) = (Tally::default(), Tally::default());
        for millis in 1..=100 {
            one.answered(if millis == 100 { 503 } else { 200 }, Duration::from_millis(millis));
        }
        one.broke();
        all.add(one);
        let summary = all.summarize(Duration::from_secs(2));
        assert_eq!((summary.requests, summary.broken), (101, 1));
        assert_eq!(summary.answers, BTreeMap::from([(200, 99), (503, 1)]));
        assert_eq!((summary.p50_us, summary.p99_us, summary.max_us), (50_000, 99_000, 100_000));
    }
}

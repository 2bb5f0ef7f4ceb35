use crontopus_domain::statistics::DAY_MS;

use crate::{Error, Result};

/// A span of time somebody looks at: from `from` to before `to`, UTC milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its beginning.
    pub from: i64,
    /// Its end.
    pub to: i64,
}

impl Window {
    /// The span; refused when it is empty, or longer than `most_days`.
    pub fn new(from: i64, to: i64, most_days: i64) -> Result<Self> {
        if from >= to {
            return Err(Error::invalid("?to", "later than `from`"));
        }
        if to.saturating_sub(from) > most_days * DAY_MS {
            return Err(Error::invalid("?to", format!("at most {most_days} days after `from`")));
        }
        // What is before the epoch or after the year 9999 is no time of a run.
        if from < 0 || to > 253_402_300_799_000 {
            return Err(Error::invalid("?from", "a moment after 1970"));
        }
        Ok(Self { from, to })
    }

    /// How long it is, milliseconds.
    pub fn length(&self) -> i64 {
        self.to - self.from
    }

    /// The width of each of `buckets` parts that together cover it, milliseconds.
    pub(super) fn width(&self, buckets: u32) -> i64 {
        let buckets = i64::from(buckets.max(1));
        ((self.length() + buckets - 1) / buckets).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_bounded() {
        for (from, to, good) in
            [(0, 1, true), (1, 1, false), (5, 1, false), (-1, 5, false), (0, 8 * DAY_MS, false)]
        {
            assert_eq!(Window::new(from, to, 7).is_ok(), good, "{from} {to}");
        }
        assert!(Window::new(i64::MIN, i64::MAX, 7).is_err());
        let window = Window::new(0, 10, 1).unwrap();
        assert_eq!((window.width(3), window.width(100), window.width(0)), (4, 1, 10));
    }
}

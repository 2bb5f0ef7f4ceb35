/// So many good runs on either side of a change are looked at.
pub const MOST_RUNS: usize = 20;

/// Fewer on one side say nothing.
const LEAST_RUNS: usize = 5;

/// From this factor on runs are called slower.
const SLOWER: f64 = 1.5;

/// How long good runs took on one side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// How many these were.
    pub runs: usize,
    /// What half of them did not exceed, milliseconds.
    pub median_ms: i64,
}

/// How long good runs took before and after a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DurationChange {
    /// The last ones before it.
    pub before: Option<Side>,
    /// The first ones after it.
    pub after: Option<Side>,
}

impl Side {
    /// Of the first [`MOST_RUNS`] of these durations; nothing without one.
    pub fn of(mut took: Vec<i64>) -> Option<Self> {
        took.truncate(MOST_RUNS);
        took.sort_unstable();
        // Nearest rank, exact: these are few.
        let median_ms = *took.get(took.len().div_ceil(2).checked_sub(1)?)?;
        Some(Self { runs: took.len(), median_ms })
    }
}

impl DurationChange {
    /// How many times as long runs take since; nothing while either side has too few runs to say.
    pub fn factor(&self) -> Option<f64> {
        let (before, after) = self.before.zip(self.after)?;
        let enough = before.runs >= LEAST_RUNS && after.runs >= LEAST_RUNS && before.median_ms > 0;
        enough.then(|| after.median_ms as f64 / before.median_ms as f64)
    }

    /// One sentence if runs are slower since.
    pub fn warning(&self) -> Option<String> {
        let factor = self.factor().filter(|factor| *factor >= SLOWER)?;
        Some(if factor < 10.0 {
            format!("runs take {factor:.1}× as long since this commit")
        } else {
            format!("runs take {factor:.0}× as long since this commit")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: &[i64], after: &[i64]) -> DurationChange {
        DurationChange { before: Side::of(before.to_vec()), after: Side::of(after.to_vec()) }
    }

    #[test]
    fn medians() {
        assert_eq!(Side::of(vec![]), None);
        assert_eq!(Side::of(vec![7]), Some(Side { runs: 1, median_ms: 7 }));
        assert_eq!(Side::of(vec![9, 1, 5]), Some(Side { runs: 3, median_ms: 5 }));
        assert_eq!(Side::of(vec![4, 3, 2, 1]), Some(Side { runs: 4, median_ms: 2 }));
        let many = (1..=100).collect();
        assert_eq!(Side::of(many), Some(Side { runs: 20, median_ms: 10 }));
    }

    #[test]
    fn what_is_said_of_a_change() {
        let said = |before: &[i64], after: &[i64]| change(before, after).warning();
        assert_eq!(said(&[100; 5], &[210; 5]).as_deref(), Some("runs take 2.1× as long since this commit"));
        assert_eq!(said(&[100; 5], &[150; 5]).as_deref(), Some("runs take 1.5× as long since this commit"));
        assert_eq!(said(&[10; 20], &[1_234; 9]).as_deref(), Some("runs take 123× as long since this commit"));
        assert_eq!(said(&[100; 5], &[149; 5]), None);
        assert_eq!(said(&[100; 5], &[10; 5]), None);
        assert_eq!(said(&[100; 4], &[900; 50]), None, "four runs say nothing");
        assert_eq!(said(&[100; 50], &[900; 4]), None);
        assert_eq!(said(&[0; 9], &[900; 9]), None, "no time has no multiple");
        assert_eq!(said(&[], &[900; 9]), None);
        assert_eq!(change(&[100; 5], &[50; 5]).factor(), Some(0.5));
    }
}

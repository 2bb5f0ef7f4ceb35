//! Results as a Markdown table for `docs/performance.md`.

use std::time::Duration;

use anstream::println;
use anyhow::Result;

use super::machine;

/// The figures of one benchmark.
pub(super) struct Report {
    name: &'static str,
    rows: Vec<Row>,
}

/// One figure, what it should be, and what it is measured against.
pub(super) struct Row {
    pub(super) figure: String,
    pub(super) measured: String,
    /// The target as text and whether it is met; `None` for a figure that only explains others.
    pub(super) target: Option<(String, bool)>,
    /// The peer or physical limit, as measured in the same run, and this figure's ratio to it.
    pub(super) against: Option<(String, f64)>,
}

impl Report {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    #[cfg(test)]
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Prints the table on standard output.
    pub(super) fn print(&self) -> Result<()> {
        println!("{}", self.markdown(&machine::describe()));
        Ok(())
    }

    fn markdown(&self, machine: &str) -> String {
        let mut text = format!("### {}\n\n{machine}\n\n", self.name);
        text.push_str("| Figure | Measured | Target | Met | Measured against, same run | Ratio |\n");
        text.push_str("|---|---|---|---|---|---|\n");
        for Row { figure, measured, target, against } in &self.rows {
            let (target, met) = match target {
                Some((target, true)) => (target.as_str(), "yes"),
                Some((target, false)) => (target.as_str(), "**no**"),
                None => ("", ""),
            };
            let (peer, ratio) = match against {
                Some((peer, ratio)) => (peer.as_str(), format!("{ratio:.2}")),
                None => ("", String::new()),
            };
            text.push_str(&format!("| {figure} | {measured} | {target} | {met} | {peer} | {ratio} |\n"));
        }
        text
    }
}

/// The value below which that share of the samples lies; sorts them.
///
/// # Panics
/// When there are no samples.
pub(super) fn quantile(samples: &mut [Duration], share: f64) -> Duration {
    samples.sort_unstable();
    let rank = (samples.len() as f64 * share).ceil() as usize;
    samples[rank.clamp(1, samples.len()) - 1]
}

/// A duration in milliseconds, as figures state it.
pub(super) fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_samples() {
        let mut samples: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(quantile(&mut samples, 0.5), Duration::from_millis(50));
        assert_eq!(quantile(&mut samples, 0.99), Duration::from_millis(99));
        assert_eq!(quantile(&mut samples, 1.0), Duration::from_millis(100));
        assert_eq!(quantile(&mut samples[..1], 0.5), Duration::from_millis(1));
    }

    #[test]
    fn the_table_says_what_is_missed() {
        let mut report = Report::new("wrapper");
        report.add(Row {
            figure: "added at the median".to_owned(),
            measured: "1.60 ms".to_owned(),
            target: Some(("< 1.5 ms".to_owned(), false)),
            against: Some(("/bin/true alone 0.80 ms".to_owned(), 2.0)),
        });
        insta::assert_snapshot!(report.markdown("A 9, 2 cores"), @r"
        ### wrapper

        A 9, 2 cores

        | Figure | Measured | Target | Met | Measured against, same run | Ratio |
        |---|---|---|---|---|---|
        | added at the median | 1.60 ms | < 1.5 ms | **no** | /bin/true alone 0.80 ms | 2.00 |
        ");
    }
}

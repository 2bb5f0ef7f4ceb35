//! What was counted of runs, as people read it.

use crontopus_api::{RunFigures, Statistics};

use crate::output::{Facts, duration_ms};

/// A share as a percentage that never rounds up to 100.
pub(crate) fn percent(share: f64) -> String {
    let tenths = (share.clamp(0.0, 1.0) * 1_000.0).floor() / 10.0;
    if tenths.fract() == 0.0 { format!("{tenths:.0} %") } else { format!("{tenths:.1} %") }
}

/// `-` for what nobody knows.
pub(crate) fn maybe_percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), percent)
}

/// `-` for what nobody knows.
pub(crate) fn maybe_duration(ms: Option<i64>) -> String {
    ms.map_or_else(|| "-".to_owned(), duration_ms)
}

/// Adds what the statistics say to the facts of a job or a monitor.
pub(crate) fn add(facts: &mut Facts, found: &Statistics) {
    facts.add("Runs", found.total.runs.to_string());
    facts.add("Success rate", with_change(found));
    facts.add("Uptime", maybe_percent(found.uptime));
    facts.add("Not good", bad(&found.total));
    facts.add("Median duration", with_ratio(found));
    facts.add("95 % within", maybe_duration(found.total.p95_ms));
}

/// The bad runs by how they went wrong.
pub(crate) fn bad(figures: &RunFigures) -> String {
    let kinds = [
        (figures.failed, "failed"),
        (figures.timed_out, "timed out"),
        (figures.missed, "missed"),
        (figures.skipped, "skipped"),
        (figures.unknown, "unknown"),
    ];
    let told: Vec<_> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

fn with_change(found: &Statistics) -> String {
    let rate = maybe_percent(found.total.success_rate);
    match found.success_rate_change {
        Some(change) if change.abs() >= 0.001 => {
            let points = change * 100.0;
            format!("{rate} ({points:+.1} points)")
        }
        _ => rate,
    }
}

fn with_ratio(found: &Statistics) -> String {
    let median = maybe_duration(found.total.p50_ms);
    match found.duration_ratio {
        Some(ratio) if !(0.9..=1.1).contains(&ratio) => format!("{median} ({ratio:.1} × as long as before)"),
        _ => median,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all() {
        for (share, text) in
            [(1.0, "100 %"), (0.99999, "99.9 %"), (0.5, "50 %"), (0.0, "0 %"), (0.1234, "12.3 %")]
        {
            assert_eq!(percent(share), text);
        }
    }
}

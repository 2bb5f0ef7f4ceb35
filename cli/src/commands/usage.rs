use crontopus_api::{UsageKind, UsageMeter};

use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, word};

pub(crate) fn run(app: &App) -> Outcome {
    let usage = app.client()?.statistics().usage()?;
    app.screen.show(&usage, || {
        let mut have = Table::new(&app.screen, ["OF", "USED", "LIMIT"]);
        for meter in &usage.meters {
            have.row([word(meter.of).replace('_', " "), amount(meter, meter.used), limit(meter)]);
        }
        let mut sent = Table::new(&app.screen, ["DAY", "CHECK-INS", "RUNS", "MISSED", "OUTPUTS"]);
        for day in usage.days.iter().rev().take(7) {
            sent.row([
                day.date.to_string(),
                day.check_ins.to_string(),
                day.runs.to_string(),
                day.missed.to_string(),
                bytes(day.output_bytes),
            ]);
        }
        format!("{}\n{}", have.text(), sent.text())
    })
}

fn limit(meter: &UsageMeter) -> String {
    meter.limit.map_or_else(|| "-".to_owned(), |limit| amount(meter, limit))
}

fn amount(meter: &UsageMeter, value: u64) -> String {
    if meter.of == UsageKind::OutputBytes { bytes(value) } else { value.to_string() }
}

/// Bytes as people say them, in powers of 1,000.
fn bytes(value: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let mut rest = value as f64;
    let mut unit = "B";
    for next in UNITS {
        if rest < 999.95 {
            break;
        }
        (rest, unit) = (rest / 1000.0, next);
    }
    if unit == "B" { format!("{value} B") } else { format!("{rest:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_in_the_unit_that_fits() {
        for (value, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1_234_567, "1.2 MB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
        ] {
            assert_eq!(bytes(value), text);
        }
    }
}

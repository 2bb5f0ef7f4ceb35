//! Lengths of time as manifests write them.

use std::time::Duration;

/// The longest length of time a manifest can say: ten years.
pub const MAX_DURATION: Duration = Duration::from_secs(10 * 366 * 86_400);

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Why a text is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Neither `1h30m` nor ISO 8601.
    #[error("is not a length of time")]
    Form,
    /// A number without its unit.
    #[error("has a number without a unit")]
    NoUnit,
    /// ISO 8601 years and months have no fixed length.
    #[error("counts in years or months, which have no fixed length")]
    NotFixed,
    /// More than ten years.
    #[error("is longer than ten years")]
    TooLong,
}

/// Reads `90s`, `15m`, `2h`, `1d`, sums such as `1h30m` (largest unit first, each once), or ISO 8601
/// (`PT1H30M`, `P1DT12H`, `P2W`). Whole seconds only; a day has 24 hours, a week 7 days.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let seconds = match text.strip_prefix(['P', 'p']) {
        Some(iso) => iso_seconds(iso)?,
        None => sum(text, &UNITS)?,
    };
    Some(Duration::from_secs(seconds)).filter(|d| *d <= MAX_DURATION).ok_or(DurationError::TooLong)
}

/// Writes what [`parse_duration`] reads, in its one normal form: `1d12h`, `1h30m`, `90s` as `1m30s`,
/// zero as `0s`. Parts of a second are dropped.
pub fn format_duration(duration: Duration) -> String {
    let mut rest = duration.as_secs();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    for (unit, length) in UNITS {
        if rest >= length {
            out.push_str(&(rest / length).to_string());
            out.push(unit);
            rest %= length;
        }
    }
    out
}

pub(crate) fn serialize<S: serde::Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_duration(*value))
}

pub(crate) fn serialize_option<S: serde::Serializer>(
    value: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(duration) => serialize(duration, serializer),
        None => serializer.serialize_none(),
    }
}

/// The schema of a length of time; for `schema_with`.
pub(crate) fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string",
        "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$|^[Pp].+$",
        "minLength": 2,
        "examples": ["90s", "15m", "1h30m", "PT1H30M"],
    })
}

fn iso_seconds(text: &str) -> Result<u64, DurationError> {
    let upper = text.to_ascii_uppercase();
    let (date, time) = match upper.split_once('T') {
        Some((_, "")) => return Err(DurationError::Form),
        Some(parts) => parts,
        None => (upper.as_str(), ""),
    };
    if date.contains(['Y', 'M']) {
        return Err(DurationError::NotFixed);
    }
    if date.is_empty() && time.is_empty() {
        return Err(DurationError::Form);
    }
    let days = if date.is_empty() { 0 } else { sum(date, &[('W', 604_800), ('D', 86_400)])? };
    let rest = if time.is_empty() { 0 } else { sum(time, &[('H', 3_600), ('M', 60), ('S', 1)])? };
    days.checked_add(rest).ok_or(DurationError::TooLong)
}

/// A sum of numbers with units, each unit at most once and the largest first.
fn sum(text: &str, units: &[(char, u64)]) -> Result<u64, DurationError> {
    let mut rest = text;
    let mut units = units.iter();
    let mut total = 0_u64;
    if rest.is_empty() {
        return Err(DurationError::Form);
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        if number.is_empty() {
            return Err(DurationError::Form);
        }
        let unit = tail.chars().next().ok_or(DurationError::NoUnit)?;
        let (_, length) = units.find(|(known, _)| *known == unit).ok_or(DurationError::Form)?;
        let part = number.parse::<u64>().ok().and_then(|n| n.checked_mul(*length));
        total = part.and_then(|part| total.checked_add(part)).ok_or(DurationError::TooLong)?;
        rest = &tail[unit.len_utf8()..];
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_both_forms() {
        for (text, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("2h", 7_200),
            ("1d", 86_400),
            ("1h30m", 5_400),
            ("1d2h3m4s", 93_784),
            ("0s", 0),
            ("PT1H30M", 5_400),
            ("P1D", 86_400),
            ("P1DT12H", 129_600),
            ("P2W", 1_209_600),
            ("pt90s", 90),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        use DurationError::*;
        for (text, error) in [
            ("", Form),
            ("15", NoUnit),
            ("m", Form),
            ("15 m", Form),
            ("1m1h", Form),
            ("1h1h", Form),
            ("1.5h", Form),
            ("-1h", Form),
            ("15min", Form),
            ("P", Form),
            ("PT", Form),
            ("P1M", NotFixed),
            ("P1Y", NotFixed),
            ("1h30", NoUnit),
            ("99999999999999999999s", TooLong),
            ("9223372036854775807d", TooLong),
            ("4000d", TooLong),
            ("١s", Form),
        ] {
            assert_eq!(parse_duration(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn writes_what_it_reads(seconds in 0..MAX_DURATION.as_secs()) {
            let duration = Duration::from_secs(seconds);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            prop_assert!(parse_duration(&text).is_ok_and(|length| length <= MAX_DURATION) || parse_duration(&text).is_err());
        }
    }
}

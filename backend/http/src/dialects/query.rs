//! Values in queries, as clients write them. What cannot be read is passed over: the signal counts.

use crontopus_app::ingest::RunKey;
use crontopus_app::secret;
use percent_encoding::percent_decode_str;

/// Longest run id that is kept as it is.
const LONGEST_RUN_ID: usize = 200;

/// Names and values of a query, decoded.
pub(crate) fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// One part of a path, decoded.
pub(super) fn part(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Any text as a run id; a longer one than is kept is told from others by its digest.
pub(crate) fn run_key(text: &str) -> RunKey {
    match text.len() {
        0 => RunKey::None,
        1..=LONGEST_RUN_ID => RunKey::External(text.to_owned()),
        _ => RunKey::External(format!("sha256:{}", secret::hash(text))),
    }
}

/// A number of seconds as milliseconds.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    number(text, 1000.0)
}

/// Seconds (`12`, `1.5`, `12s`) or milliseconds (`250ms`).
pub(crate) fn milliseconds(text: &str) -> Option<i64> {
    match text.strip_suffix("ms") {
        Some(ms) => number(ms, 1.0),
        None => number(text.strip_suffix('s').unwrap_or(text), 1000.0),
    }
}

fn number(text: &str, factor: f64) -> Option<i64> {
    let ms = text.trim().parse::<f64>().ok()? * factor;
    (0.0..1e15).contains(&ms).then_some(ms.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, ms) in
            [("12", Some(12_000)), ("0.25", Some(250)), ("250ms", Some(250)), ("3s", Some(3000))]
        {
            assert_eq!(milliseconds(text), ms, "{text}");
        }
        for text in ["", "x", "-1", "NaN", "inf", "1e300"] {
            assert_eq!(milliseconds(text), None, "{text}");
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn run_ids_of_any_length_are_told_apart() {
        assert_eq!(run_key(""), RunKey::None);
        assert_eq!(run_key("a b/ü"), RunKey::External("a b/ü".into()));
        let (one, two) = (format!("{}1", "x".repeat(300)), format!("{}2", "x".repeat(300)));
        assert_ne!(run_key(&one), run_key(&two));
        assert_eq!(run_key(&one), run_key(&one));
        assert_eq!(part("a%20b%FF"), "a b\u{fffd}");
    }
}

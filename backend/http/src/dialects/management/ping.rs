use crontopus_app::checks::{Flip, Ping};
use serde_json::{Value, json};

use super::check::moment;
use crate::wire::at;

const YEAR_MS: i64 = 365 * 86_400_000;

/// A ping as the API shows it. What nobody keeps of its sender is empty.
pub(super) fn ping(ping: &Ping, base: &str) -> Value {
    let Ping { n, signal, run } = ping;
    let run = run.as_ref().map(|row| &row.run);
    let kind = match signal.kind.as_str() {
        kind @ ("success" | "start" | "fail" | "log") => kind,
        "heartbeat" => "log",
        _ => "ign",
    };
    let uuid = signal.monitor_id.uuid();
    let has_output = run.is_some_and(|run| run.output_bytes.is_some_and(|bytes| bytes > 0));
    let body = has_output.then(|| format!("{base}/api/v3/checks/{uuid}/pings/{n}/body"));
    let mut shown = json!({
        "type": kind,
        "date": at(signal.at).strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string(),
        "n": n,
        "scheme": signal.door,
        "remote_addr": "",
        "method": "",
        "ua": "",
        "rid": run.and_then(|run| run.external_id.clone()),
        "body_url": body,
    });
    let ended = matches!(kind, "success" | "fail");
    if let (Some(took), Some(fields)) =
        (run.and_then(|run| run.duration_ms).filter(|_| ended), shown.as_object_mut())
    {
        fields.insert("duration".to_owned(), json!((took as f64 / 10.0).round() / 100.0));
    }
    shown
}

/// A flip as the API shows it.
pub(super) fn flip(flip: &Flip) -> Value {
    json!({ "timestamp": moment(flip.at), "up": i32::from(flip.up) })
}

/// The time that `seconds` back, or `start` and `end` (UNIX seconds), ask for; the last year without them.
/// `None` when one of them is no number.
pub(super) fn range(query: &[(String, String)], now: i64) -> Option<(i64, i64)> {
    let number = |name: &str| match query.iter().find(|(n, _)| n == name) {
        None => Some(None),
        Some((_, value)) => value.parse::<i64>().ok()?.checked_mul(1_000).map(Some),
    };
    let (seconds, start, end) = (number("seconds")?, number("start")?, number("end")?);
    let from = start.or_else(|| seconds.map(|back| now.saturating_sub(back))).unwrap_or(now - YEAR_MS);
    Some((from, end.unwrap_or(now.saturating_add(1))))
}

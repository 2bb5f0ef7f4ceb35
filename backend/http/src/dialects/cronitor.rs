//! Cronitor telemetry: `/p/<key>/<monitor>`, `/ping/<key>/<monitor>`, both with the state at the end of the
//! path or in the query, and `/<code>/<state>` on the ping host. Whatever comes is answered 200; what was not
//! taken is in the log of rejected check-ins.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{CheckInKind, Door, Integration, Rejection, Target};
use crontopus_app::secret;

use super::healthchecks::uuid;
use super::query::{pairs, part, run_key, seconds};
use super::{Arrival, Taken, text};
use crate::serving::Serving;
use crate::wire::check_ins::short;

/// Parameters that only this protocol has.
const OWN_PARAMETERS: [&str; 3] = ["state", "series", "metric"];

/// States that only this protocol has at the end of a path.
const OWN_STATES: [&str; 4] = ["run", "complete", "ok", "tick"];

/// Whether a path that another protocol has too is meant in this one.
pub(super) fn is_meant(path: &str, query: Option<&str>) -> bool {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let key = parts.first().copied().unwrap_or_default();
    // A check's own id is nothing of this protocol, whatever stands behind it.
    if uuid(key).is_some() {
        return false;
    }
    let own_key = key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit());
    let own_state = parts.len() == 3 && OWN_STATES.contains(&parts[2]);
    own_key || own_state || has_own_parameter(query)
}

/// Whether the query has a parameter of this protocol alone.
pub(super) fn has_own_parameter(query: Option<&str>) -> bool {
    pairs(query).iter().any(|(name, _)| OWN_PARAMETERS.contains(&name.as_str()))
}

/// Whether `word` is a state that no other protocol knows.
pub(super) fn is_own_state(word: &str) -> bool {
    OWN_STATES.contains(&word)
}

/// `/p/…`.
pub(super) async fn telemetry(State(serving): State<Serving>, request: Request) -> Response {
    let path = request.uri().path().strip_prefix("/p/").unwrap_or_default().to_owned();
    report(&serving, &path, request).await
}

/// `<key>/<monitor>[/<state>]`.
pub(super) async fn report(serving: &Serving, path: &str, request: Request) -> Response {
    let parts: Vec<String> = path.trim_end_matches('/').split('/').map(part).collect();
    let of = |key: &str, slug: &str| {
        let (hash, kinds) = (secret::hash(key), &[Integration::Cronitor]);
        Target::Slug { hash, kinds, project: None, slug: slug.to_owned() }
    };
    match &parts[..] {
        [key, slug] => take(serving, of(key, slug), None, request).await,
        [key, slug, state] => take(serving, of(key, slug), Some(state.clone()), request).await,
        [key, rest @ ..] => {
            // It names no monitor, or more than one; whose key it is may look it up.
            let mut arrival =
                Arrival::new(serving, Door::Cronitor, of(key, &rest.join("/")), CheckInKind::Log);
            arrival.terms().refused = Some(Rejection::InvalidAddress);
            match arrival.take(serving, request.into_body()).await {
                Ok(_) => text::plain(StatusCode::NOT_FOUND, "not found"),
                Err(failure) => failure.into_response(),
            }
        }
        [] => text::plain(StatusCode::NOT_FOUND, "not found"),
    }
}

/// `<code>[/<state>]` on the ping host; the code is a monitor's check-in key.
pub(super) async fn by_code(
    serving: &Serving,
    code: &str,
    state: Option<&str>,
    request: Request,
) -> Response {
    let target = Target::Key { hash: secret::hash(code) };
    take(serving, target, state.map(str::to_owned), request).await
}

async fn take(serving: &Serving, target: Target, state: Option<String>, request: Request) -> Response {
    let query = pairs(request.uri().query());
    let said = query.iter().rev().find(|(name, _)| name == "state").map(|(_, state)| state.clone());
    let kind = meaning(state.or(said).as_deref());
    let mut arrival = Arrival::new(serving, Door::Cronitor, target, kind.unwrap_or(CheckInKind::Log));
    arrival.terms().discover = true;
    arrival.terms().refused = kind.is_none().then_some(Rejection::InvalidStatus);
    for (name, value) in &query {
        asked(name, value, &mut arrival);
    }
    match arrival.take(serving, request.into_body()).await {
        Ok(Taken::Done(_) | Taken::Limited(_)) => text::plain(StatusCode::OK, "OK"),
        Err(failure) => failure.into_response(),
    }
}

/// What a state means; without one it is a sign of life, which is a success.
fn meaning(state: Option<&str>) -> Option<CheckInKind> {
    match state.unwrap_or_default().to_ascii_lowercase().as_str() {
        "run" => Some(CheckInKind::Start),
        "complete" | "ok" | "tick" | "" => Some(CheckInKind::End { well: true }),
        "fail" => Some(CheckInKind::End { well: false }),
        _ => None,
    }
}

/// Takes over one parameter. What cannot be read is passed over: the signal counts.
fn asked(name: &str, value: &str, arrival: &mut Arrival) {
    if matches!(name, "message" | "msg") && !value.is_empty() {
        arrival.output.push(value.as_bytes());
        arrival.output.push(b"\n");
    }
    let check_in = arrival.check_in();
    match name {
        "series" => check_in.key = run_key(value),
        "host" if !value.is_empty() => check_in.host = Some(short(value.to_owned())),
        "env" if !value.is_empty() => check_in.environment = Some(short(value.to_owned())),
        "duration" => check_in.duration_ms = seconds(value),
        "status_code" => check_in.exit_status = value.trim().parse().ok(),
        "stamp" => check_in.at = seconds(value),
        "metric" => {
            let metric = value.rsplit_once(':').and_then(|(n, v)| Some((n, v.trim().parse::<f64>().ok()?)));
            if let Some((metric, number)) = metric
                && number.is_finite()
                && (1..=100).contains(&metric.len())
                && check_in.metrics.len() < 50
            {
                check_in.metrics.insert(metric.to_owned(), number);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cronitors_when_a_word_of_it_says_so() {
        let (hex, ping) = ("0123456789abcdef0123456789abcdef", "AbCdEfGhIjKlMnOpQrStUv");
        let uuid = "01234567-89ab-cdef-0123-456789abcdef";
        for (path, query, meant) in [
            (format!("{ping}/backup"), None, false),
            (format!("{ping}/backup"), Some("rid=1&create=1"), false),
            (format!("{ping}/backup"), Some("state=run"), true),
            (format!("{ping}/backup"), Some("series=1"), true),
            (format!("{ping}/backup"), Some("metric=count:1"), true),
            (format!("{ping}/backup/run"), None, true),
            (format!("{ping}/backup/complete/"), None, true),
            (format!("{ping}/backup/fail"), None, false),
            (format!("{ping}/backup/start"), None, false),
            (format!("{hex}/backup"), None, true),
            (format!("{hex}/backup/fail"), None, true),
            (uuid.to_owned(), Some("state=run"), false),
            (format!("{uuid}/fail"), Some("series=1"), false),
            (format!("{uuid}/0"), Some("metric=count:1"), false),
        ] {
            assert_eq!(is_meant(&path, query), meant, "{path} {query:?}");
        }
    }

    #[test]
    fn states() {
        assert_eq!(meaning(Some("run")), Some(CheckInKind::Start));
        assert_eq!(meaning(None), Some(CheckInKind::End { well: true }));
        assert_eq!(meaning(Some("FAIL")), Some(CheckInKind::End { well: false }));
        assert_eq!(meaning(Some("paused")), None);
    }
}

//! The Healthchecks ping API: `/ping/<uuid>…` and `/ping/<ping key>/<slug>…`, and the same without `/ping` on
//! the ping host.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{CheckInKind, Door, Integration, Outcome, Rejection, RunKey, Target};
use crontopus_app::secret;
use crontopus_ids::MonitorId;

use super::query::pairs;
use super::{Arrival, Taken, cronitor, text};
use crate::serving::Serving;

/// Bytes of a body that are kept of a job whose manifest does not say.
const PING_BODY_LIMIT: &str = "65536";

/// Keys that a slug goes with. Without a word that is Cronitor's alone both mean the same.
const KINDS: &[Integration] = &[Integration::Healthchecks, Integration::Cronitor];

/// What an address says.
#[derive(Debug, PartialEq, Eq)]
struct Ping {
    target: Target,
    kind: CheckInKind,
    exit_status: Option<i32>,
    /// The address is wrong in a way that is told only where the check is known.
    refused: Option<Rejection>,
}

/// `/ping/…`: Cronitor's when a word of its protocol is in it, and otherwise Healthchecks'.
pub(super) async fn or_cronitor(State(serving): State<Serving>, request: Request) -> Response {
    let path = request.uri().path().strip_prefix("/ping/").unwrap_or_default().to_owned();
    match cronitor::is_meant(&path, request.uri().query()) {
        true => cronitor::report(&serving, &path, request).await,
        false => ping(&serving, &path, request).await,
    }
}

/// A ping; `path` is what comes after the base.
pub(super) async fn ping(serving: &Serving, path: &str, request: Request) -> Response {
    let query = pairs(request.uri().query());
    let last = |name: &str| query.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let said = match read(path) {
        Ok(said) => said,
        Err(status) => return answer(status),
    };
    let run = last("rid").map(|rid| uuid(&rid.to_ascii_lowercase()).map(|_| rid.to_ascii_lowercase()));
    let by_slug = matches!(said.target, Target::Slug { .. });
    let mut arrival = Arrival::new(serving, Door::Healthchecks, said.target, said.kind);
    arrival.check_in().exit_status = said.exit_status;
    arrival.terms().refused = said.refused;
    arrival.terms().discover = by_slug && last("create") == Some("1");
    match run {
        None => {}
        Some(Some(rid)) => arrival.check_in().key = RunKey::External(rid),
        Some(None) => arrival.terms().refused = said.refused.or(Some(Rejection::InvalidRunId)),
    }
    match arrival.take(serving, request.into_body()).await {
        Ok(Taken::Done(outcome)) => answer(outcome),
        Ok(Taken::Limited(failure)) | Err(failure) => failure.into_response(),
    }
}

/// What an address says, or what it is answered without asking whose it is.
fn read(path: &str) -> Result<Ping, Outcome> {
    let unknown = Outcome::Rejected(Rejection::UnknownMonitor);
    let parts: Vec<&str> = path.split('/').collect();
    let of_id = |id| (Target::Id(id), None);
    let ((target, refused), signal) = match &parts[..] {
        [id] | [id, ""] if let Some(id) = uuid(id) => (of_id(id), None),
        [id, signal]
            if is_signal(signal)
                && let Some(id) = uuid(id) =>
        {
            (of_id(id), Some(*signal))
        }
        [key, slug] => (by_slug(key, slug).ok_or(unknown)?, None),
        [key, slug, signal] if is_signal(signal) => (by_slug(key, slug).ok_or(unknown)?, Some(*signal)),
        _ => return Err(unknown),
    };
    let ping = |kind, exit_status| Ping { target: target.clone(), kind, exit_status, refused };
    Ok(match signal {
        None => ping(CheckInKind::End { well: true }, None),
        Some("start") => ping(CheckInKind::Start, None),
        Some("fail") => ping(CheckInKind::End { well: false }, None),
        Some("log") => ping(CheckInKind::Log, None),
        Some(status) => match status.trim_start_matches('0').parse::<u8>() {
            Ok(status) => ping(CheckInKind::End { well: false }, Some(status.into())),
            Err(_) if status.bytes().all(|b| b == b'0') => ping(CheckInKind::End { well: true }, Some(0)),
            Err(_) => Ping {
                refused: refused.or(Some(Rejection::InvalidAddress)),
                ..ping(CheckInKind::End { well: false }, None)
            },
        },
    })
}

/// `start`, `fail`, `log` or digits, however many.
fn is_signal(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits || matches!(text, "start" | "fail" | "log")
}

/// A UUID as Healthchecks writes it: lower case, with hyphens.
pub(super) fn uuid(text: &str) -> Option<MonitorId> {
    let plain = text.len() == 36 && text.bytes().all(|b| b.is_ascii_digit() || b"abcdef-".contains(&b));
    text.parse().ok().filter(|_| plain).map(MonitorId::from_uuid)
}

fn by_slug(key: &str, slug: &str) -> Option<(Target, Option<Rejection>)> {
    let word = |text: &str, upper: bool| {
        let fits = |b: u8| {
            b.is_ascii_lowercase()
                || b.is_ascii_digit()
                || b"-_".contains(&b)
                || upper && b.is_ascii_uppercase()
        };
        (1..=128).contains(&text.len()) && text.bytes().all(fits)
    };
    if !word(key, true) || !word(slug, true) {
        return None;
    }
    let refused = (!word(slug, false)).then_some(Rejection::InvalidAddress);
    let target = Target::Slug { hash: secret::hash(key), kinds: KINDS, project: None, slug: slug.to_owned() };
    Some((target, refused))
}

/// Status and body that the protocol has for an outcome.
fn answer(outcome: Outcome) -> Response {
    let (status, body) = match outcome {
        Outcome::Accepted { .. } | Outcome::Discovered { is_new: false } => (StatusCode::OK, "OK"),
        Outcome::Discovered { is_new: true } => (StatusCode::CREATED, "Created"),
        Outcome::Rejected(Rejection::Ambiguous) => (StatusCode::CONFLICT, "ambiguous slug"),
        Outcome::Rejected(Rejection::InvalidAddress) => (StatusCode::BAD_REQUEST, "invalid url format"),
        Outcome::Rejected(Rejection::InvalidRunId) => (StatusCode::BAD_REQUEST, "invalid uuid format"),
        Outcome::Rejected(_) => (StatusCode::NOT_FOUND, "not found"),
    };
    let mut response = text::plain(status, body);
    let headers = response.headers_mut();
    headers.insert("ping-body-limit", HeaderValue::from_static(PING_BODY_LIMIT));
    let never = "max-age=0, no-cache, no-store, must-revalidate, private";
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(never));
    response
}

//! `/in/<key>`: check-ins from anything that can send a request. The key is the only credential and can only
//! check in. The signal always counts, whatever its body is; a preflight never does.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use crontopus_api::Code;
use crontopus_app::check_ins::{CheckIn, CheckInKind, KeyTarget, RunKey, ended};
use crontopus_app::ingest::{Outcome, Rejection};

use http_body_util::BodyExt as _;

use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::check_ins::{cut, kept};

/// Bytes of a body that are read at all.
const MOST_READ: usize = 10 << 20;
/// Bytes of a body that are held while it is read: more than is ever kept.
const HELD: usize = 1 << 20;

/// The routes.
pub(crate) fn router() -> Router<Serving> {
    Router::new().route("/in/{*rest}", any(check_in))
}

async fn check_in(State(serving): State<Serving>, Path(rest): Path<String>, request: Request) -> Response {
    let mut response = match request.method() {
        &Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => taken(&serving, &rest, request).await.unwrap_or_else(IntoResponse::into_response),
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn taken(serving: &Serving, rest: &str, request: Request) -> Result<Response, Failure> {
    let (key, target, signal) = address(rest).ok_or_else(unknown)?;
    serving.limits().check_in(key)?;
    let query = Query::of(request.uri().query().unwrap_or_default());
    let mut check_in = query.check_in(signal);
    let (body, total) = read(request).await;
    let body = if body.is_empty() { query.message.into_bytes() } else { body };
    let output = (!body.is_empty()).then(|| kept(&body, total.max(body.len())));
    check_in.output_bytes = output.as_ref().map(|output| output.total_bytes);
    match serving.app().check_in_by_key(key, target, check_in, output).await? {
        Outcome::Accepted { .. } => Ok((StatusCode::OK, "OK\n").into_response()),
        Outcome::Rejected(Rejection::UnknownKey | Rejection::UnknownMonitor) => Err(unknown()),
        Outcome::Rejected(Rejection::Invalid) => {
            Err(Failure::new(Code::Invalid, "the check-in says something that cannot be stored"))
        }
    }
}

fn unknown() -> Failure {
    Failure::new(Code::NotFound, "no monitor has this check-in address")
}

/// What an address says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Kind(CheckInKind),
    Exit(i32),
}

impl Word {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "start" => Self::Kind(CheckInKind::Start),
            "success" => Self::Kind(CheckInKind::End { well: true }),
            "fail" => Self::Kind(CheckInKind::End { well: false }),
            "log" => Self::Kind(CheckInKind::Log),
            "heartbeat" => Self::Kind(CheckInKind::Heartbeat),
            digits => Self::Exit(digits.parse::<u8>().ok()?.into()),
        })
    }
}

/// `<key>[/<word>]` or `<key>/<namespace>/<job>[/<word>]`.
fn address(rest: &str) -> Option<(&str, KeyTarget, Word)> {
    let success = Word::Kind(CheckInKind::End { well: true });
    let parts: Vec<&str> = rest.trim_end_matches('/').split('/').collect();
    let job = |namespace: &str, name: &str| KeyTarget::Job {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    };
    match parts[..] {
        [key] => Some((key, KeyTarget::Own, success)),
        [key, word] => Some((key, KeyTarget::Own, Word::of(word)?)),
        [key, namespace, name] => Some((key, job(namespace, name), success)),
        [key, namespace, name, word] => Some((key, job(namespace, name), Word::of(word)?)),
        _ => None,
    }
}

/// The parameters that are known; what is not, and what cannot be read, is passed over: the signal counts.
#[derive(Debug, Default)]
struct Query {
    run_id: Option<String>,
    host: Option<String>,
    environment: Option<String>,
    duration_ms: Option<i64>,
    message: String,
    metrics: BTreeMap<String, f64>,
}

impl Query {
    fn of(text: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match &*name {
                "rid" => query.run_id = Some(cut(value.into_owned(), 200)),
                "host" => query.host = Some(cut(value.into_owned(), 255)),
                "env" => query.environment = Some(cut(value.into_owned(), 255)),
                "duration" => query.duration_ms = milliseconds(&value),
                "msg" => query.message = cut(value.into_owned(), 8 << 10),
                metric => {
                    let number = value.parse().ok().filter(|number: &f64| number.is_finite());
                    if let (Some(name), Some(number)) = (metric.strip_prefix("m."), number)
                        && query.metrics.len() < 50
                    {
                        query.metrics.insert(cut(name.to_owned(), 100), number);
                    }
                }
            }
        }
        query
    }

    fn check_in(&self, word: Word) -> CheckIn {
        let key = self.run_id.clone().map_or(RunKey::None, RunKey::External);
        let mut check_in = match word {
            Word::Kind(kind) => CheckIn::new(kind, key),
            Word::Exit(status) => ended(status, key),
        };
        check_in.host.clone_from(&self.host);
        check_in.environment.clone_from(&self.environment);
        check_in.duration_ms = self.duration_ms;
        check_in.metrics.clone_from(&self.metrics);
        check_in
    }
}

/// Seconds, with a fraction if there is one.
fn milliseconds(seconds: &str) -> Option<i64> {
    let seconds: f64 = seconds.parse().ok()?;
    (0.0..1e9).contains(&seconds).then_some((seconds * 1000.0) as i64)
}

/// The end of a body (its beginning too, while it is short), and how long it was. A body that breaks off is
/// what came of it.
async fn read(request: Request) -> (Vec<u8>, usize) {
    let mut body = request.into_body();
    let (mut held, mut total) = (Vec::new(), 0);
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        total += data.len();
        held.extend_from_slice(&data);
        if held.len() > HELD {
            let surplus = held.len() - HELD;
            held.drain(..surplus);
        }
        if total > MOST_READ {
            break;
        }
    }
    (held, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let own = KeyTarget::Own;
        let job = KeyTarget::Job { namespace: "ops".into(), name: "tick".into() };
        let well = Word::Kind(CheckInKind::End { well: true });
        for (rest, target, word) in [
            ("k", own.clone(), well),
            ("k/", own.clone(), well),
            ("k/start", own.clone(), Word::Kind(CheckInKind::Start)),
            ("k/0", own.clone(), Word::Exit(0)),
            ("k/255", own, Word::Exit(255)),
            ("k/ops/tick", job.clone(), well),
            ("k/ops/tick/fail", job, Word::Kind(CheckInKind::End { well: false })),
        ] {
            assert_eq!(address(rest), Some(("k", target, word)), "{rest}");
        }
        for bad in ["k/256", "k/-1", "k/what", "k/a/b/what", "k/a/b/c/d"] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[test]
    fn parameters_never_hinder() {
        let query = Query::of("rid=a%20b&duration=1.5&m.rows=7&m.bad=NaN&m.worse=x&other=1&host=%ff&%zz");
        assert_eq!(query.run_id.as_deref(), Some("a b"));
        assert_eq!(query.duration_ms, Some(1_500));
        assert_eq!(query.metrics, BTreeMap::from([("rows".to_owned(), 7.0)]));
        assert_eq!(Query::of("duration=-3&duration=x").duration_ms, None);
    }
}

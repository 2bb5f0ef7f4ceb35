//! Sentry Crons: envelopes and plain HTTP. What was not taken is answered like what was; the log of rejected
//! check-ins tells them apart.

mod auth;
mod check_in;
mod envelope;
mod proposal;

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use crontopus_app::ingest::{Outcome, Rejection};
use serde_json::{Map, Value, json};
use tower::util::MapRequestLayer;
use tower_http::decompression::RequestDecompressionLayer;

use self::auth::Project;
use super::ANY_ORIGIN;
use super::arrival::{Arrival, read};
use super::query::{pairs, part};
use crate::extract::lossy_json;
use crate::failure::Failure;
use crate::serving::Serving;

/// Most of an envelope that is read, as it is after decompression.
const LARGEST_ENVELOPE: u64 = 10 << 20;

/// Most of a JSON body of the plain form that is read.
const LARGEST_JSON: u64 = 256 << 10;

/// The route of envelopes, whatever they are compressed with.
pub(super) fn envelopes() -> MethodRouter<Serving> {
    any(envelope)
        .layer::<_, Infallible>(RequestDecompressionLayer::new().pass_through_unaccepted(true))
        .layer(MapRequestLayer::new(name_encoding))
}

/// Names of encodings tell no upper from lower case, and `x-gzip` is `gzip` (RFC 9110, 8.4.1).
fn name_encoding(mut request: Request) -> Request {
    if let Some(encoding) = request.headers_mut().get_mut(header::CONTENT_ENCODING) {
        let name = encoding.as_bytes().trim_ascii().to_ascii_lowercase();
        let name = name.strip_prefix(b"x-").unwrap_or(&name);
        *encoding = HeaderValue::from_bytes(name).unwrap_or(HeaderValue::from_static("identity"));
    }
    request
}

/// `/api/<project>/envelope/`.
async fn envelope(State(serving): State<Serving>, request: Request) -> Response {
    let path = request.uri().path();
    let number =
        path.strip_prefix("/api/").and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned();
    let given = auth::of_request(&request);
    let mut bytes = Vec::new();
    read(request.into_body(), |more| bytes.extend_from_slice(more), LARGEST_ENVELOPE, serving.patience())
        .await;
    let envelope = envelope::Envelope::read(&bytes);
    let Some(key) = given.or_else(|| envelope.dsn().and_then(auth::of_dsn)) else { return no_key() };
    let project = Project::new(&number, &key);
    let mut arrivals = Vec::new();
    if !envelope.is_readable() {
        arrivals.push(check_in::unreadable(&serving, &project));
    }
    for payload in envelope.check_ins() {
        arrivals.extend(check_in::of_payload(&serving, &project, payload));
    }
    match submit(&serving, &project, arrivals).await {
        Ok(()) => {
            let id = envelope.event_id().map_or_else(|| json!({}), |id| json!({ "id": id }));
            let kind = (header::CONTENT_TYPE, "application/json");
            (StatusCode::OK, [ANY_ORIGIN], [kind], id.to_string()).into_response()
        }
        Err(response) => response,
    }
}

/// `/api/<project>/cron/<slug>[/<key>]`.
pub(super) async fn plain(State(serving): State<Serving>, request: Request) -> Response {
    let path = request.uri().path().trim_end_matches('/').to_owned();
    let parts: Vec<String> = path.split('/').skip(2).map(part).collect();
    let (number, slug, in_path) = match &parts[..] {
        [number, _, slug] => (number, slug, None),
        [number, _, slug, key] => (number, slug, Some(key.clone())),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let Some(key) = in_path.or_else(|| auth::of_request(&request)) else { return no_key() };
    let project = Project::new(number, &key);
    let mut said: Map<String, Value> =
        pairs(request.uri().query()).into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    if is_json(&request) {
        let mut bytes = Vec::new();
        read(request.into_body(), |more| bytes.extend_from_slice(more), LARGEST_JSON, serving.patience())
            .await;
        // A body that cannot be read leaves what the query says.
        if let Some(Value::Object(body)) = lossy_json(&bytes) {
            said.extend(body);
        }
    }
    said.insert("monitor_slug".to_owned(), Value::String(slug.clone()));
    let has_status = said.get("status").is_some_and(|status| !status.is_null());
    let arrivals = check_in::of_fields(&serving, &project, &said);
    match submit(&serving, &project, arrivals).await {
        Ok(()) if has_status => (StatusCode::ACCEPTED, [ANY_ORIGIN], Body::empty()).into_response(),
        Ok(()) => refused(StatusCode::BAD_REQUEST, "`status` is missing: ok, error or in_progress"),
        Err(response) => response,
    }
}

/// Submits what one request brings, all together.
async fn submit(serving: &Serving, project: &Project, arrivals: Vec<Arrival>) -> Result<(), Response> {
    let mut signals = Vec::new();
    for arrival in arrivals {
        match arrival.admitted(serving).await {
            Ok(signal) => signals.extend(signal),
            Err(failure) => return Err(failure.into_response()),
        }
    }
    let outcomes = match signals.is_empty() {
        true => Vec::new(),
        false => {
            let done = serving.app().check_in(signals).await;
            done.map_err(|error| Failure::from(error).into_response())?
        }
    };
    let unknown = Outcome::Rejected(Rejection::UnknownKey);
    match outcomes.contains(&unknown) {
        true => {
            tracing::debug!(project = project.number, "no project has this key");
            Err(refused(StatusCode::FORBIDDEN, "no project has this number and key"))
        }
        false => Ok(()),
    }
}

fn no_key() -> Response {
    refused(StatusCode::UNAUTHORIZED, "no key is given: it belongs into X-Sentry-Auth, the query or the DSN")
}

fn refused(status: StatusCode, detail: &str) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json");
    (status, [ANY_ORIGIN], [kind], json!({ "detail": detail }).to_string()).into_response()
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/json"))
}

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use tracing::field::{Empty, display};

use super::request_id::RequestId;
use super::trace::{self, TraceParent};
use crate::serving::Serving;

/// Opens the span of a request, logs its end, counts it, and answers its place in the trace. Paths are told
/// as their pattern: a path may hold a check-in key.
pub(crate) async fn request(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("-", |p| p.as_str()).to_owned();
    let method = request.method().clone();
    let id = request.extensions().get::<RequestId>().map_or("", |id| id.0.as_str());
    let given = request.headers().get(trace::HEADER).and_then(|v| v.to_str().ok());
    let span = tracing::info_span!("http", %method, path, request_id = id, trace_id = Empty, status = Empty,
        otel.name = format!("{method} {path}"), otel.kind = "server", otel.status_code = Empty);
    let place = TraceParent::enter(given.and_then(TraceParent::parse), &span, &serving);
    span.record("trace_id", display(place.trace_id()));
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    span.record("status", status);
    span.in_scope(|| match status {
        500.. => {
            span.record("otel.status_code", "ERROR");
            tracing::error!(status, ms = took.as_millis() as u64, "answered");
        }
        _ => tracing::debug!(status, ms = took.as_millis() as u64, "answered"),
    });
    serving.metrics().answered(method.as_str(), &path, status, took);
    if let Ok(value) = HeaderValue::from_str(&place.to_string()) {
        response.headers_mut().insert(HeaderName::from_static(trace::HEADER), value);
    }
    response
}

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use tracing::Span;
use tracing::field::{Empty, display};

use super::request_id::RequestId;
use super::trace::{self, TraceParent};
use crate::serving::Serving;

/// A request that is being answered: its span, and its place in the trace. Paths are told as their pattern: a path
/// may hold a check-in key.
pub(super) struct Observed {
    method: Method,
    path: String,
    span: Span,
    place: TraceParent,
    started: Instant,
}

impl Observed {
    /// Opens the span.
    pub(super) fn begin(serving: &Serving, request: &Request, id: &RequestId) -> Self {
        let path = request.extensions().get::<MatchedPath>().map_or("-", |p| p.as_str()).to_owned();
        let method = request.method().clone();
        let given = request.headers().get(trace::HEADER).and_then(|v| v.to_str().ok());
        let span = tracing::info_span!("http", %method, path, request_id = id.0, trace_id = Empty, status = Empty,
            otel.name = format!("{method} {path}"), otel.kind = "server", otel.status_code = Empty);
        let place = TraceParent::enter(given.and_then(TraceParent::parse), &span, serving);
        span.record("trace_id", display(place.trace_id()));
        Self { method, path, span, place, started: Instant::now() }
    }

    /// What the handler runs in.
    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// Logs the end, counts it, and answers the place in the trace.
    pub(super) fn end(self, serving: &Serving, response: &mut Response) {
        let Self { method, path, span, place, started } = self;
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
        if let Ok(value) = HeaderValue::try_from(place.to_string()) {
            response.headers_mut().insert(HeaderName::from_static(trace::HEADER), value);
        }
    }
}

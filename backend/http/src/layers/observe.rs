use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::request_id::RequestId;
use crate::serving::Serving;

/// Opens the span of a request, logs its end, and counts it. Paths are logged as their pattern: a path may
/// hold a check-in key.
pub(crate) async fn request(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("-", |p| p.as_str()).to_owned();
    let method = request.method().clone();
    let id = request.extensions().get::<RequestId>().map_or("", |id| id.0.as_str());
    let trace = request.headers().get("traceparent").and_then(|v| v.to_str().ok()).and_then(trace_id);
    let span = tracing::info_span!("http", %method, path, request_id = id, trace_id = trace);
    let started = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    span.in_scope(|| match status {
        500.. => tracing::error!(status, ms = took.as_millis() as u64, "answered"),
        _ => tracing::debug!(status, ms = took.as_millis() as u64, "answered"),
    });
    serving.metrics().answered(method.as_str(), &path, status, took);
    response
}

/// The trace's id in a `traceparent` header (W3C Trace Context, version 00 and what is like it).
fn trace_id(header: &str) -> Option<&str> {
    let mut parts = header.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_hexdigit());
    let fits = hex(version, 2) && version != "ff" && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    (fits && trace.bytes().any(|b| b != b'0')).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_taken_over() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(trace_id(&format!("00-{trace}-00f067aa0ba902b7-01")), Some(trace));
        for wrong in ["", "00-1-2-3", &format!("ff-{trace}-00f067aa0ba902b7-01"), &format!("00-{trace}")] {
            assert_eq!(trace_id(wrong), None, "{wrong}");
        }
        assert_eq!(trace_id("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), None);
    }
}

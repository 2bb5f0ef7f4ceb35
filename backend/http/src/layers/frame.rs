//! The frame around every handler. It is one layer, because each layer costs every request a copy of all routes'
//! services below it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::observe::Observed;
use super::request_id::RequestId;
use super::{problems, security};
use crate::dialects;
use crate::serving::Serving;

/// Frames the service's own routes: none takes longer than the limit, none brings the service down, and what is asked
/// on the ping host goes its own way.
pub(crate) async fn own(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let limit = serving.settings().timeout;
    around(&serving, request, |request| within(limit, dialects::divert(&serving, request, next))).await
}

/// Frames the Git host's routes, which take as long as a repository needs.
pub(crate) async fn git(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    around(&serving, request, |request| next.run(request)).await
}

/// What the handler answers, unless it takes longer than the limit or panics.
async fn within(limit: Duration, handled: impl Future<Output = Response>) -> Response {
    match AssertUnwindSafe(tokio::time::timeout(limit, handled)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Err(cause) => problems::panicked(&*cause),
    }
}

/// From the inside out: the body of a problem, the span and the counters, the request's id, the security headers.
async fn around<F: Future<Output = Response>>(
    serving: &Serving,
    mut request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let id = RequestId::of(serving, &request);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(serving.clone());
    let observed = Observed::begin(serving, &request, &id);
    let mut response = handle(request).instrument(observed.span().clone()).await;
    problems::write(Some(&id), &mut response);
    observed.end(serving, &mut response);
    id.answer(&mut response);
    security::headers(serving, &mut response);
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    async fn answered(handled: impl Future<Output = Response>) -> (u16, serde_json::Value) {
        let mut response = within(Duration::from_millis(20), handled).await;
        problems::write(Some(&RequestId("req_1".to_owned())), &mut response);
        let (status, body) = (response.status().as_u16(), response.into_body());
        let body = body.collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[tokio::test]
    async fn no_handler_takes_for_ever_or_brings_the_service_down() {
        let (status, problem) = answered(std::future::pending()).await;
        assert_eq!(
            (status, &problem["code"], &problem["request_id"]),
            (503, &"unavailable".into(), &"req_1".into())
        );
        let (status, problem) = answered(async { panic!("a defect") }).await;
        assert_eq!(
            (status, &problem["code"], &problem["request_id"]),
            (500, &"internal".into(), &"req_1".into())
        );
        assert!(!problem.to_string().contains("a defect"), "{problem}");
        let well = async { StatusCode::NO_CONTENT.into_response() };
        assert_eq!(answered(well).await, (204, serde_json::Value::Null));
    }
}

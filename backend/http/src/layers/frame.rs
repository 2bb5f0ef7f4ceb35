//! The frame around every handler. It is one layer, because each layer costs every request a copy of all routes'
//! services below it.

use std::future::Future;
use std::panic::AssertUnwindSafe;

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
    around(&serving, request, async |request| {
        let handled = tokio::time::timeout(limit, dialects::divert(&serving, request, next));
        match AssertUnwindSafe(handled).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => StatusCode::GATEWAY_TIMEOUT.into_response(),
            Err(cause) => problems::panicked(&*cause),
        }
    })
    .await
}

/// Frames the Git host's routes, which take as long as a repository needs.
pub(crate) async fn git(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    around(&serving, request, |request| next.run(request)).await
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

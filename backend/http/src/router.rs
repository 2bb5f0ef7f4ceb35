use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::timeout::TimeoutLayer;

use crate::console;
use crate::dialects;
use crate::layers::{answer_signature, observe, problems, request_id, security};
use crate::openapi;
use crate::serving::Serving;

/// Everything the public listener answers. Serve it with connect info, so that the client's address is
/// known.
pub fn router(serving: Serving) -> Router {
    let console = openapi::console().split_for_parts().0;
    let agent = openapi::agent().split_for_parts().0;
    let agent = agent
        .layer(from_fn(problems::write))
        .layer(from_fn_with_state(serving.clone(), answer_signature::sign));
    Router::new()
        .merge(console)
        .merge(agent)
        .merge(crate::act::routes())
        .merge(dialects::router())
        .fallback(console::page_or_problem)
        .method_not_allowed_fallback(problems::no_method)
        .layer(from_fn_with_state(serving.clone(), dialects::divert))
        .layer(Extension(serving.clone()))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, serving.settings().timeout))
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(from_fn(problems::write))
        .layer(from_fn_with_state(serving.clone(), observe::request))
        .layer(from_fn_with_state(serving.clone(), request_id::assign))
        .layer(from_fn_with_state(serving.clone(), security::headers))
        .layer(compression())
        .with_state(serving)
}

/// Compresses what is worth it and not compressed yet; fonts are compressed by themselves.
fn compression() -> CompressionLayer<impl tower_http::compression::Predicate> {
    let worth = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    CompressionLayer::new().gzip(true).compress_when(worth)
}

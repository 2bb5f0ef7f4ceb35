use axum::Router;
use axum::middleware::from_fn_with_state;
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

use crate::console;
use crate::dialects;
use crate::layers::{answer_signature, frame, problems};
use crate::openapi;
use crate::serving::Serving;

/// Everything the public listener answers. Serve it with connect info, so that the client's address is
/// known.
pub fn router(serving: Serving) -> Router {
    let console = openapi::console().split_for_parts().0;
    let agent = openapi::agent().split_for_parts().0;
    let agent = agent.layer(from_fn_with_state(serving.clone(), answer_signature::sign));
    let frame = from_fn_with_state(serving.clone(), frame::own);
    Router::new()
        .merge(console)
        .merge(agent)
        .merge(crate::act::routes())
        .merge(dialects::router())
        .fallback(console::page_or_problem)
        .method_not_allowed_fallback(problems::no_method)
        .layer(ServiceBuilder::new().layer(compression()).layer(frame))
        .with_state(serving)
}

/// Compresses what is worth it and not compressed yet; fonts are compressed by themselves.
fn compression() -> CompressionLayer<impl tower_http::compression::Predicate> {
    let worth = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    CompressionLayer::new().gzip(true).compress_when(worth)
}

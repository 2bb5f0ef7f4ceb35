use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::failure::Failure;
use crate::serving::Serving;

/// What operators reach on the internal listener: `/metrics`, and the health that is public too.
pub fn internal_router(serving: Serving) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(serving)
}

async fn metrics(State(serving): State<Serving>) -> Result<Response, Failure> {
    serving.metrics().set_agents(&serving.app().count_agents().await?);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], serving.metrics().text()).into_response())
}

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use crate::handlers::health;
use crate::metrics::Exposition;
use crate::serving::Serving;

/// What operators reach on the internal listener: `/metrics`, and the health that is public too.
pub fn internal_router(serving: Serving) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/livez", get(health::get_liveness))
        .route("/readyz", get(health::get_readiness))
        .with_state(serving)
}

/// Always answers: without the database, what does not come from it is told.
async fn metrics(State(serving): State<Serving>, headers: HeaderMap) -> Response {
    let form = Exposition::wanted(&headers);
    form.answer(serving.metrics().exposed(serving.app().measure_service().await, form))
}

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use crontopus_api::{Component, Health};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::serving::Serving;

/// Says that the process runs.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, body = Health), Failure))]
pub(crate) async fn get_liveness(State(serving): State<Serving>) -> Answer<Health> {
    let version = serving.settings().version.to_owned();
    Answer(Health { ok: true, version, components: Vec::new() })
}

/// Says whether requests can be answered: 503 when a part does not work.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health), Failure))]
pub(crate) async fn get_readiness(State(serving): State<Serving>) -> Response {
    let checks = serving.app().check_health().await;
    let component =
        |c: crontopus_app::Check| Component { name: c.name.to_owned(), ok: c.ok, detail: c.detail };
    let components: Vec<_> = checks.into_iter().map(component).collect();
    let ok = components.iter().all(|c| c.ok);
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let version = serving.settings().version.to_owned();
    let mut response = Answer(Health { ok, version, components }).into_response();
    *response.status_mut() = status;
    response
}

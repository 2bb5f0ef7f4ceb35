use std::any::Any;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_api::{Code, Problem};

use super::request_id::RequestId;
use crate::failure::Failure;

/// Writes the body of every problem, with the id of its request. An error of the frame itself, which has no
/// problem yet, becomes one here.
pub(super) fn write(id: Option<&RequestId>, response: &mut Response) {
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| of_status(response.status()));
    let Some(mut problem) = problem else { return };
    if let Ok(status) = StatusCode::from_u16(problem.status) {
        *response.status_mut() = status;
    }
    problem.request_id = id.map(|id| id.0.clone());
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if problem.code == Code::Unavailable && !headers.contains_key(header::RETRY_AFTER) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
}

/// Statuses that only the frame answers without saying more.
fn of_status(status: StatusCode) -> Option<Problem> {
    let took_too_long = status == StatusCode::GATEWAY_TIMEOUT;
    took_too_long.then(|| Problem::new(Code::Unavailable).detail("it took too long"))
}

/// No such path.
pub(crate) async fn no_route(request: Request) -> Response {
    Failure::new(Code::NotFound, format!("nothing is at {}", request.uri().path())).into_response()
}

/// The path is there, the method is not; the frame adds `Allow`.
pub(crate) async fn no_method(request: Request) -> Response {
    let detail = format!("{} is not for {}", request.method(), request.uri().path());
    Failure::new(Code::MethodNotAllowed, detail).into_response()
}

/// A handler panicked: a defect. The rest of the service goes on.
pub(super) fn panicked(cause: &(dyn Any + Send)) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = text, "a handler panicked");
    Failure::of(Problem::new(Code::Internal)).into_response()
}

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::failure::Failure;

/// 200 with JSON.
#[derive(Debug)]
pub(crate) struct Answer<T>(pub(crate) T);

/// 201 with JSON.
#[derive(Debug)]
pub(crate) struct Created<T>(pub(crate) T);

/// 202 with JSON: it will be done.
#[derive(Debug)]
pub(crate) struct Accepted<T>(pub(crate) T);

/// 204.
#[derive(Debug)]
pub(crate) struct NoContent;

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0)
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        json(StatusCode::ACCEPTED, &self.0)
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let kind = HeaderValue::from_static("application/json");
            (status, [(header::CONTENT_TYPE, kind)], body).into_response()
        }
        Err(error) => {
            Failure::from(crontopus_app::Error::internal("writing an answer", error)).into_response()
        }
    }
}

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ANY_ORIGIN;

/// A short plain text, which any page may read.
pub(super) fn plain(status: StatusCode, body: &'static str) -> Response {
    let kind = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
    (status, [ANY_ORIGIN], [kind], body).into_response()
}

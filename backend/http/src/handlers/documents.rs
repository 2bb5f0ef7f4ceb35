use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::failure::Failure;
use crate::openapi::{Document, document};

static CONSOLE: LazyLock<String> = LazyLock::new(|| document(Document::Console));

/// Shows the document of this API (OpenAPI 3.1).
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "documents",
    responses((status = 200, body = serde_json::Value), Failure))]
pub(crate) async fn get_openapi() -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], CONSOLE.as_str()).into_response()
}

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::json::json;

/// 200 with JSON and an `ETag`, or 304 when the caller has just that already.
#[derive(Debug)]
pub(crate) struct Tagged<T> {
    value: T,
    known: Option<String>,
}

impl<T: Serialize> Tagged<T> {
    /// The answer to a request with these headers.
    pub(crate) fn new(headers: &HeaderMap, value: T) -> Self {
        let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
        Self { value, known: known.map(str::to_owned) }
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self.value).unwrap_or_default();
        let tag = format!("\"{}\"", &crontopus_app::secret::hash(&body)[..32]);
        let known = self.known.as_deref().unwrap_or_default();
        let fresh = known.split(',').map(|t| t.trim().trim_start_matches("W/")).any(|t| t == tag || t == "*");
        let mut response = match fresh {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => json(StatusCode::OK, &self.value),
        };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

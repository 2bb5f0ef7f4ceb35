use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use crate::console;
use crate::serving::Serving;

/// What every answer says to browsers; an answer that says otherwise keeps its own word.
static ALWAYS: [(HeaderName, &str); 8] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (header::VARY, "Cookie, Authorization, Crontopus-Tenant"),
];

/// Adds the security headers.
pub(super) fn headers(serving: &Serving, response: &mut Response) {
    let tagged = response.headers().contains_key(header::ETAG);
    for (name, value) in &ALWAYS {
        // What carries an `ETag` may be kept by the one who asked, and asked for again.
        let value = if tagged && name == header::CACHE_CONTROL { "private, no-cache" } else { value };
        if !response.headers().contains_key(name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    if let Some(version) = serving.settings().console.version() {
        response.headers_mut().insert(console::VERSION, version.clone());
    }
    if serving.is_https() {
        let value = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}

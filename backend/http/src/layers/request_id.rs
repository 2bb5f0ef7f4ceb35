use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use crontopus_ids::RequestId as Id;

use crate::serving::Serving;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// What finds a request in the log.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// Takes it from a proxy before us, or makes one.
    pub(super) fn of(serving: &Serving, request: &Request) -> Self {
        let given = request.headers().get(HEADER).and_then(|v| v.to_str().ok()).filter(|v| is_plain(v));
        Self(given.map_or_else(|| fresh(serving), str::to_owned))
    }

    /// Answers it.
    pub(super) fn answer(self, response: &mut Response) {
        if let Ok(value) = HeaderValue::try_from(self.0) {
            response.headers_mut().insert(HEADER, value);
        }
    }
}

fn fresh(serving: &Serving) -> String {
    let app = serving.app();
    let random = crontopus_app::secret::bytes(app.entropy().as_ref());
    Id::from_parts(app.clock().now_ms(), random).to_string()
}

/// What may stand in a log line and a header as it is.
fn is_plain(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:+/=".contains(&b))
}

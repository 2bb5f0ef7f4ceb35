use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use crontopus_ids::RequestId as Id;

use crate::serving::Serving;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// What finds a request in the log.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Takes the request's id from a proxy before us, or makes one, and answers it.
pub(crate) async fn assign(State(serving): State<Serving>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|v| v.to_str().ok()).filter(|v| is_plain(v));
    let id = given.map_or_else(|| fresh(&serving), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
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

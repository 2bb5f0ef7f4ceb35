use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use crontopus_api::signature::{Covered, Received, answer};
use http_body_util::BodyExt as _;

use super::problems;
use super::request_id::RequestId;
use crate::serving::Serving;

/// Signs what is answered to an agent, problems included, over its request's nonce: also when the request
/// itself was refused, so that the agent can believe the server's clock and its own revocation.
pub(crate) async fn sign(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let (nonce, id) = (nonce(&request), request.extensions().get::<RequestId>().cloned());
    let mut response = next.run(request).await;
    problems::write(id.as_ref(), &mut response);
    let Some(nonce) = nonce else { return response };
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|k| k == "text/event-stream") {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(body) = body.collect().await else { return Response::from_parts(head, Body::empty()) };
    let body = body.to_bytes();
    let signature = answer::sign(serving.signer(), &nonce, head.status.as_u16(), &body);
    if let Ok(value) = HeaderValue::from_str(&signature) {
        head.headers.insert(answer::HEADER, value);
    }
    Response::from_parts(head, Body::from(body))
}

/// The nonce of the request's signature, verified or not.
fn nonce(request: &Request) -> Option<String> {
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let covered = Covered { method: "", authority: "", path: "", query: "", content_digest: "", seq: "" };
    let received =
        Received { covered, signature_input: text("signature-input"), signature: text("signature") };
    received.params().ok().map(|p| p.nonce)
}

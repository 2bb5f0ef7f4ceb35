use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use crontopus_api::Code;
use crontopus_app::access::Actor;
use crontopus_app::{Claim, KeyUse};
use http_body_util::BodyExt as _;

use crate::access::Row;
use crate::extract::body_bytes;
use crate::failure::Failure;
use crate::serving::Serving;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Members of an answer that are shown once and never kept.
const SECRETS: [&str; 2] = ["secret", "key"];

/// Does a creating request once for each `Idempotency-Key`: the second one is answered what the first was
/// (draft-ietf-httpapi-idempotency-key-header). An answer with a secret is not kept, so that its repetition
/// is a conflict that says so. A request that failed can be repeated.
pub(crate) async fn once(
    row: &'static Row,
    serving: Serving,
    actor: &Actor,
    request: Request,
    next: Next,
) -> Response {
    match claimed(row, &serving, actor, request).await {
        Err(failure) => failure.into_response(),
        Ok((request, None)) => next.run(request).await,
        Ok((request, Some((key, Claim::First)))) => {
            let response = next.run(request).await;
            remember(&serving, &key, response).await.unwrap_or_else(IntoResponse::into_response)
        }
        Ok((_, Some((_, Claim::Answered { status, body: Some(body) })))) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            let replayed = [(REPLAYED, HeaderValue::from_static("true"))];
            (status, headers, replayed, body).into_response()
        }
        Ok((_, Some((_, Claim::Answered { body: None, .. })))) => {
            let detail = "this was done already; its secret was shown once and is not kept";
            Failure::new(Code::Conflict, detail).into_response()
        }
    }
}

async fn claimed(
    row: &'static Row,
    serving: &Serving,
    actor: &Actor,
    request: Request,
) -> Result<(Request, Option<(KeyUse, Claim)>), Failure> {
    let Some(key) = request.headers().get(KEY) else { return Ok((request, None)) };
    let key = key.to_str().ok().filter(|k| (1..=255).contains(&k.len())).map(str::to_owned);
    let Some(key) = key else {
        return Err(Failure::new(Code::BadRequest, "an idempotency key has 1 to 255 characters"));
    };
    let (head, body) = request.into_parts();
    let body = body_bytes(body, row.body_limit, serving.patience()).await?;
    let mut asked = format!("{} {}\n", head.method, head.uri).into_bytes();
    asked.extend_from_slice(&body);
    let key = KeyUse::new(actor.tenant_id, &actor.label, &key, &asked);
    let claim = serving.app().claim_key(&key).await?;
    Ok((Request::from_parts(head, Body::from(body)), Some((key, claim))))
}

async fn remember(serving: &Serving, key: &KeyUse, response: Response) -> Result<Response, Failure> {
    if !response.status().is_success() {
        serving.app().release_key(key).await?;
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = body.collect().await.map(|b| b.to_bytes()).unwrap_or_default();
    let text = std::str::from_utf8(&body).unwrap_or_default();
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let secret = SECRETS.iter().any(|name| value.get(name).is_some());
    serving.app().finish_key(key, head.status.as_u16(), (!secret).then_some(text)).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

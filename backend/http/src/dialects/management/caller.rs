use axum::extract::Request;
use axum::http::{Method, StatusCode};
use crontopus_app::access::{Actor, Origin};
use crontopus_app::{Error, secret};
use serde_json::{Value, json};

use super::Refused;
use crate::access::client_address;
use crate::dialects::arrival::read;
use crate::serving::Serving;

/// Most of a body that is looked at for a key.
const LARGEST_BODY: u64 = 64 << 10;

/// Whose key a request carries.
pub(super) struct Caller(pub(super) Actor);

impl Caller {
    /// Finds who calls, by `X-Api-Key`, or `api_key` in the JSON body of a POST.
    pub(super) async fn of(serving: &Serving, request: Request) -> Result<Self, Refused> {
        let header = request.headers().get("x-api-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
        let address = client_address(request.extensions(), request.headers(), serving.trusted_proxies());
        let key = match header {
            Some(key) => Some(key),
            None if request.method() == Method::POST => in_body(serving, request).await,
            None => None,
        };
        let Some(key) = key.filter(|key| !key.is_empty()) else { return Err(error("missing api key")) };
        if !secret::is_api_token(&key) {
            return Err(wrong_key());
        }
        match serving.app().token_actor(&key, None, Origin { address }).await {
            Ok(actor) => Ok(Self(actor)),
            Err(Error::Unauthenticated(_)) => Err(wrong_key()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The key is not known, or may not do this.
pub(super) fn wrong_key() -> Refused {
    error("wrong api key")
}

fn error(text: &str) -> Refused {
    Refused::Json(StatusCode::UNAUTHORIZED, json!({ "error": text }))
}

async fn in_body(serving: &Serving, request: Request) -> Option<String> {
    let mut bytes = Vec::new();
    read(request.into_body(), |more| bytes.extend_from_slice(more), LARGEST_BODY, serving.patience()).await;
    let body: Value = serde_json::from_slice(&bytes).ok()?;
    body.get("api_key")?.as_str().map(str::to_owned)
}

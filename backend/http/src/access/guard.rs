use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use crontopus_api::Code;
use crontopus_app::access::Origin;

use super::{Caller, Row, client_address, cookie_token, origin, signature};
use crate::failure::Failure;
use crate::layers::idempotency;
use crate::serving::Serving;

/// Header by which a person chooses one of their tenants.
const TENANT_HEADER: &str = "crontopus-tenant";

/// Stands before every operation: finds who calls, asks the table, and only then lets the request through.
pub(crate) async fn guard(row: &'static Row, serving: Serving, mut request: Request, next: Next) -> Response {
    let origin = Origin {
        address: client_address(request.extensions(), request.headers(), serving.trusted_proxies()),
    };
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(row);
    request.extensions_mut().insert(serving.patience());
    let (caller, request) = match admitted(row, &serving, origin, request).await {
        Ok(admitted) => admitted,
        Err(failure) => return failure.into_response(),
    };
    match (row.creates, &caller) {
        (true, Caller::Person(actor) | Caller::Token(actor)) => {
            let actor = actor.clone();
            idempotency::once(row, serving, &actor, request, next).await
        }
        _ => next.run(request).await,
    }
}

async fn admitted(
    row: &'static Row,
    serving: &Serving,
    origin: Origin,
    request: Request,
) -> Result<(Caller, Request), Failure> {
    let (caller, mut request) = identify(row, serving, origin, request).await?;
    row.admits(&caller)?;
    request.extensions_mut().insert(caller.clone());
    Ok((caller, request))
}

/// Who calls. A signature goes before a token, a token before a cookie; where the table wants no credential,
/// none is looked at, but a browser's request from another site is refused all the same.
async fn identify(
    row: &'static Row,
    serving: &Serving,
    origin: Origin,
    request: Request,
) -> Result<(Caller, Request), Failure> {
    if row.anonymous {
        if !row.cross_site {
            origin::same_site(request.method(), request.headers(), serving.public_hosts())?;
        }
        return Ok((Caller::Anonymous, request));
    }
    if row.agent && request.headers().contains_key("signature-input") {
        let (agent, request) = signature::verified(serving, request, row.body_limit).await?;
        return Ok((Caller::Agent(agent), request));
    }
    let tenant = text(request.headers(), TENANT_HEADER)?;
    if let Some(token) = bearer(request.headers())? {
        let actor = serving.app().token_actor(token, tenant, origin).await?;
        return Ok((Caller::Token(actor), request));
    }
    if let Some(secret) = cookie_token(request.headers()) {
        origin::same_site(request.method(), request.headers(), serving.public_hosts())?;
        let actor = serving.app().session_actor(secret, tenant, origin).await?;
        return Ok((Caller::Person(actor), request));
    }
    Ok((Caller::Anonymous, request))
}

/// The token of `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|v| v.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(Failure::new(Code::Unauthenticated, "send `Authorization: Bearer ctp_…`")),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Failure> {
    let value = headers.get(name).map(|v| v.to_str());
    value.transpose().map_err(|_| Failure::new(Code::BadRequest, format!("`{name}` is not plain text")))
}

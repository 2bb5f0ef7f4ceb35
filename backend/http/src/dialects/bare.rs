//! Addresses without a first part that says whose they are. They are served on the ping host alone, never
//! where the console lives.

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::{cronitor, dead_mans_snitch, healthchecks, preflight};
use crate::serving::Serving;

/// First parts of paths that are served on the ping host as everywhere else.
const OWN: [&str; 8] = ["ping", "p", "in", "api", "dms", "agent", "livez", "readyz"];

/// Answers what is asked on the ping host without saying whose protocol it is, and lets everything else pass.
pub(crate) async fn divert(serving: &Serving, request: Request, next: Next) -> Response {
    if !serving.is_ping_host(&host(&request)) {
        return next.run(request).await;
    }
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let first = path.split('/').next().unwrap_or_default();
    // No console lives on this host.
    if first.is_empty() {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    }
    if OWN.contains(&first) {
        return next.run(request).await;
    }
    if request.method() == Method::OPTIONS {
        return preflight().await;
    }
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let own_parameter = cronitor::has_own_parameter(request.uri().query());
    match &parts[..] {
        [id] | [id, ..] if is_uuid(id) => healthchecks::ping(serving, &path, request).await,
        [code] if own_parameter => cronitor::by_code(serving, code, None, request).await,
        [token] => dead_mans_snitch::report(serving, token, request).await,
        [code, state] if own_parameter || is_code_state(code, state) => {
            cronitor::by_code(serving, code, Some(state), request).await
        }
        _ => healthchecks::ping(serving, &path, request).await,
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// `fail` may be a job of that name behind a ping key, which is known by its length.
fn is_code_state(code: &str, state: &str) -> bool {
    let ping_key = code.len() == crontopus_app::integrations::PING_KEY_LENGTH;
    cronitor::is_own_state(state) || state == "fail" && !ping_key
}

fn host(request: &Request) -> String {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = named.or_else(|| request.uri().authority().map(|a| a.as_str())).unwrap_or_default();
    host.to_ascii_lowercase()
}

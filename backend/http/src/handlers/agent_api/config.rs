use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_api::agent_v1::AgentConfig;

use crate::access::AgentCaller;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Shows what the agent follows; 304 to a matching `If-None-Match`.
#[utoipa::path(get, path = "/agent/v1/config", tag = "agent",
    responses((status = 200, body = AgentConfig), (status = 304, description = "As before"), Failure))]
pub(crate) async fn get_agent_config(
    State(serving): State<Serving>,
    AgentCaller(host): AgentCaller,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let config = serving.app().agent_config(&host).await?;
    let version = config.version();
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut response = match known.trim_matches('"') == version {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Answer(wire::agent_config(&serving, config)).into_response(),
    };
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

use axum::extract::State;
use crontopus_api::agent_v1::Leave;

use crate::access::{AgentCaller, From};
use crate::answer::NoContent;
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;

/// Says that the host leaves the tenant; the agent's keys are not taken any more.
#[utoipa::path(post, path = "/agent/v1/leave", tag = "agent", request_body = Leave,
    responses((status = 204), Failure))]
pub(crate) async fn leave_tenant(
    State(serving): State<Serving>,
    From(origin): From,
    AgentCaller(host): AgentCaller,
    Json(body): Json<Leave>,
) -> Result<NoContent, Failure> {
    serving.app().leave(&host, origin, body.kept).await?;
    Ok(NoContent)
}

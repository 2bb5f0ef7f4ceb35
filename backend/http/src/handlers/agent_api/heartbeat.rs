use axum::extract::State;
use crontopus_api::agent_v1::{Heartbeat, HeartbeatAnswer};
use crontopus_app::agents;

use crate::access::AgentCaller;
use crate::answer::Answer;
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;

/// Says that the host lives.
#[utoipa::path(post, path = "/agent/v1/heartbeat", tag = "agent", request_body = Heartbeat,
    responses((status = 200, body = HeartbeatAnswer), Failure))]
pub(crate) async fn send_heartbeat(
    State(serving): State<Serving>,
    AgentCaller(host): AgentCaller,
    Json(body): Json<Heartbeat>,
) -> Result<Answer<HeartbeatAnswer>, Failure> {
    let Heartbeat { commit, spooled, clock_ms } = body;
    let beat = agents::Heartbeat { commit, spooled, clock_ms };
    let agents::HeartbeatAnswer { now, commit, config } = serving.app().heartbeat(&host, beat).await?;
    Ok(Answer(HeartbeatAnswer { clock_ms: now.as_millisecond(), commit, config }))
}

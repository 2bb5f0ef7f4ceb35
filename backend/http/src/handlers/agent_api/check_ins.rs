use axum::extract::State;
use crontopus_api::agent_v1::{AgentCheckIns, AgentCheckInsAnswer};

use crate::access::AgentCaller;
use crate::answer::Answer;
use crate::extract::Json;
use crate::failure::Failure;
use crate::handlers::check_ins::few;
use crate::serving::Serving;
use crate::wire::check_ins::{outcome, said_by_host};

/// Takes what wrappers recorded, up to 1,000, oldest first. What is accepted is on disk when this answers.
#[utoipa::path(post, path = "/agent/v1/check-ins", tag = "agent", request_body = AgentCheckIns,
    responses((status = 200, body = AgentCheckInsAnswer), Failure))]
pub(crate) async fn send_check_ins(
    State(serving): State<Serving>,
    AgentCaller(host): AgentCaller,
    Json(body): Json<AgentCheckIns>,
) -> Result<Answer<AgentCheckInsAnswer>, Failure> {
    few(body.items.len())?;
    let said = body.items.into_iter().map(|item| said_by_host(item, &host.name)).collect();
    let outcomes = serving.app().check_in_from_host(&host, said).await?;
    Ok(Answer(AgentCheckInsAnswer { items: outcomes.into_iter().map(outcome).collect() }))
}

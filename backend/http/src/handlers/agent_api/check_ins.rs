use axum::extract::State;
use crontopus_api::agent_v1::{AgentCheckIn, AgentCheckIns, AgentCheckInsAnswer};
use crontopus_app::Error;
use crontopus_app::ingest::{BATCH_LIMIT, Door};

use crate::access::AgentCaller;
use crate::answer::Answer;
use crate::extract::Json;
use crate::failure::Failure;
use crate::handlers::check_ins::submit;
use crate::serving::Serving;
use crate::wire::check_ins;

/// Takes what wrappers said, up to 1,000, oldest first; when it is answered they are on disk.
#[utoipa::path(post, path = "/agent/v1/check-ins", tag = "agent", request_body = AgentCheckIns,
    responses((status = 200, body = AgentCheckInsAnswer), Failure))]
pub(crate) async fn send_check_ins(
    State(serving): State<Serving>,
    AgentCaller(host): AgentCaller,
    Json(body): Json<AgentCheckIns>,
) -> Result<Answer<AgentCheckInsAnswer>, Failure> {
    if body.items.len() > BATCH_LIMIT {
        return Err(Error::invalid("/items", "at most 1,000").into());
    }
    let now = serving.app().clock().now_ms();
    let named = |c: AgentCheckIn| (c.job.clone(), check_ins::of_agent(&host, now, c));
    let read = body.items.into_iter().map(named).collect();
    let items = submit(&serving, host.tenant_id, Door::Agent, read).await?;
    Ok(Answer(AgentCheckInsAnswer { items }))
}

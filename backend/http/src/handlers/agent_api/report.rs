use axum::extract::State;
use crontopus_api::agent_v1::{Report, ReportAnswer};

use crate::access::AgentCaller;
use crate::answer::Answer;
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Says how the host is: its jobs, conditions, drift and last plan.
#[utoipa::path(post, path = "/agent/v1/report", tag = "agent", request_body = Report,
    responses((status = 200, body = ReportAnswer), Failure))]
pub(crate) async fn send_report(
    State(serving): State<Serving>,
    AgentCaller(host): AgentCaller,
    Json(body): Json<Report>,
) -> Result<Answer<ReportAnswer>, Failure> {
    let rolling = serving.app().report(&host, wire::report(body)).await?;
    Ok(Answer(ReportAnswer { rolling }))
}

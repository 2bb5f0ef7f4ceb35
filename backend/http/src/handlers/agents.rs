use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::{Agent, AgentState, AgentSummary, Code, Page, PlanView, UpdateAgent};
use crontopus_app::agents::AgentChange;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::{Accepted, Answer, Tagged};
use crate::extract::{Json, Path, Query, paging};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Which agents.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentQuery {
    /// Rows on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// In this state alone.
    state: Option<AgentState>,
}

/// Lists agents by name.
#[utoipa::path(get, path = "/api/v1/agents", tag = "agents", params(AgentQuery),
    responses((status = 200, body = Page<AgentSummary>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_agents(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Query(query): Query<AgentQuery>,
) -> Result<Tagged<Page<AgentSummary>>, Failure> {
    let paging = paging(query.limit, query.cursor.as_deref())?;
    let state = query.state.map(wire::agent_state_text);
    let listed = serving.app().list_agents(&actor, state, &paging).await?;
    Ok(Tagged::new(&headers, wire::page(listed, wire::agent_summary)))
}

/// Shows one agent, by id or name.
#[utoipa::path(get, path = "/api/v1/agents/{agent}", tag = "agents",
    params(("agent" = String, Path, description = "Id or name.")),
    responses((status = 200, body = Agent), (status = 304, description = "As before"), Failure))]
pub(crate) async fn get_agent(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Path(agent): Path<String>,
) -> Result<Tagged<Agent>, Failure> {
    Ok(Tagged::new(&headers, wire::agent(serving.app().get_agent(&actor, &agent).await?)))
}

/// Shows the last plan of an agent.
#[utoipa::path(get, path = "/api/v1/agents/{agent}/plan", tag = "agents",
    params(("agent" = String, Path, description = "Id or name.")),
    responses((status = 200, body = PlanView), Failure))]
pub(crate) async fn get_agent_plan(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(agent): Path<String>,
) -> Result<Answer<PlanView>, Failure> {
    let details = serving.app().get_agent(&actor, &agent).await?;
    let plan = wire::plan(&details.report);
    plan.map(Answer).ok_or_else(|| Failure::new(Code::NotFound, "the agent has told no plan yet"))
}

/// Changes an agent's name and labels.
#[utoipa::path(patch, path = "/api/v1/agents/{agent}", tag = "agents",
    params(("agent" = String, Path, description = "Id or name.")), request_body = UpdateAgent,
    responses((status = 200, body = Agent), Failure))]
pub(crate) async fn update_agent(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(agent): Path<String>,
    Json(body): Json<UpdateAgent>,
) -> Result<Answer<Agent>, Failure> {
    let change = AgentChange { name: body.name, labels: body.labels };
    Ok(Answer(wire::agent(serving.app().update_agent(&actor, &agent, change).await?)))
}

/// Takes the agent's keys: its next request is refused, and its open stream ends.
#[utoipa::path(post, path = "/api/v1/agents/{agent}/revoke", tag = "agents",
    params(("agent" = String, Path, description = "Id or name.")),
    responses((status = 200, body = Agent), Failure))]
pub(crate) async fn revoke_agent(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(agent): Path<String>,
) -> Result<Answer<Agent>, Failure> {
    Ok(Answer(wire::agent(serving.app().revoke_agent(&actor, &agent).await?)))
}

/// Lets a host in that waits for approval.
#[utoipa::path(post, path = "/api/v1/agents/{agent}/approve", tag = "agents",
    params(("agent" = String, Path, description = "Id or name.")),
    responses((status = 200, body = Agent), Failure))]
pub(crate) async fn approve_agent(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(agent): Path<String>,
) -> Result<Answer<Agent>, Failure> {
    Ok(Answer(wire::agent(serving.app().approve_agent(&actor, &agent).await?)))
}

/// Confirms the mass removal that the agent's plan waits with, at the commit of that plan.
#[utoipa::path(post, path = "/api/v1/agents/{agent}/confirm", tag = "agents",
    params(("agent" = String, Path, description = "Id or name.")),
    responses((status = 200, body = Agent), Failure))]
pub(crate) async fn confirm_agent(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(agent): Path<String>,
) -> Result<Answer<Agent>, Failure> {
    let details = serving.app().get_agent(&actor, &agent).await?;
    let commit = wire::plan(&details.report).filter(|p| p.held.is_some()).and_then(|p| p.commit);
    let Some(commit) = commit else {
        return Err(Failure::new(Code::Conflict, "the agent's plan waits for nothing"));
    };
    Ok(Answer(wire::agent(serving.app().confirm_agent(&actor, &agent, &commit).await?)))
}

/// Asks the agent to read Git again and report.
#[utoipa::path(post, path = "/api/v1/agents/{agent}/sync", tag = "agents",
    params(("agent" = String, Path, description = "Id or name.")),
    responses((status = 202, body = Agent), Failure))]
pub(crate) async fn sync_agent(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(agent): Path<String>,
) -> Result<Accepted<Agent>, Failure> {
    Ok(Accepted(wire::agent(serving.app().sync_agent(&actor, &agent).await?)))
}

use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::{Monitor, MonitorKey, MonitorStatus, Page};
use crontopus_app::rows::MonitorFilter;
use crontopus_ids::{AgentId, MonitorId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::{Answer, Tagged};
use crate::extract::{Path, Query, paging};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, discovered, filter_word, integrations, job_filter, monitoring};

/// Which monitors.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonitorQuery {
    /// Rows on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// `namespace/name` of the job.
    job: Option<String>,
    /// The agent.
    agent: Option<AgentId>,
    /// How they are.
    status: Option<MonitorStatus>,
}

/// Lists monitors by job and host.
#[utoipa::path(get, path = "/api/v1/monitors", tag = "monitors", params(MonitorQuery),
    responses((status = 200, body = Page<Monitor>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_monitors(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Query(query): Query<MonitorQuery>,
) -> Result<Tagged<Page<Monitor>>, Failure> {
    let paging = paging(query.limit, query.cursor.as_deref())?;
    let filter = MonitorFilter {
        job: query.job.as_deref().map(job_filter).transpose()?,
        agent_id: query.agent,
        status: filter_word("status", query.status)?,
    };
    let listed = serving.app().list_monitors(&actor, &filter, &paging).await?;
    let now = serving.app().clock().now_ms();
    Ok(Tagged::new(&headers, wire::page(listed, |row| monitoring::monitor(row, now))))
}

/// Shows one monitor.
#[utoipa::path(get, path = "/api/v1/monitors/{id}", tag = "monitors", params(("id" = MonitorId, Path)),
    responses((status = 200, body = Monitor), Failure))]
pub(crate) async fn get_monitor(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<MonitorId>,
) -> Result<Answer<Monitor>, Failure> {
    let row = serving.app().get_monitor(&actor, id).await?;
    let said = serving.app().find_monitor_proposal(&actor, id).await?;
    let proposal = said.map(discovered::monitor_proposal);
    Ok(Answer(Monitor { proposal, ..monitoring::monitor(row, serving.app().clock().now_ms()) }))
}

/// Expects nothing of a monitor until it is resumed.
#[utoipa::path(post, path = "/api/v1/monitors/{id}/pause", tag = "monitors", params(("id" = MonitorId, Path)),
    responses((status = 200, body = Monitor), Failure))]
pub(crate) async fn pause_monitor(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<MonitorId>,
) -> Result<Answer<Monitor>, Failure> {
    let row = serving.app().pause_monitor(&actor, id).await?;
    Ok(Answer(monitoring::monitor(row, serving.app().clock().now_ms())))
}

/// Expects starts of a monitor again.
#[utoipa::path(post, path = "/api/v1/monitors/{id}/resume", tag = "monitors", params(("id" = MonitorId, Path)),
    responses((status = 200, body = Monitor), Failure))]
pub(crate) async fn resume_monitor(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<MonitorId>,
) -> Result<Answer<Monitor>, Failure> {
    let row = serving.app().resume_monitor(&actor, id).await?;
    Ok(Answer(monitoring::monitor(row, serving.app().clock().now_ms())))
}

/// Makes a new check-in key; the old one ends at once. The key is shown this once.
#[utoipa::path(post, path = "/api/v1/monitors/{id}/key", tag = "monitors", params(("id" = MonitorId, Path)),
    responses((status = 200, body = MonitorKey), Failure))]
pub(crate) async fn rotate_monitor_key(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<MonitorId>,
) -> Result<Answer<MonitorKey>, Failure> {
    let key = serving.app().rotate_monitor_key(&actor, id).await?;
    let public_url = &serving.app().settings().public_url;
    let (url, others) = (format!("{public_url}/in/{key}"), integrations::monitor_addresses(public_url, &key));
    Ok(Answer(MonitorKey { key, url, others }))
}

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use crontopus_api::{Page, Run, RunOutput, RunStatus};
use crontopus_app::rows::RunFilter;
use crontopus_ids::{AgentId, MonitorId, RunId};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::{Answer, Tagged};
use crate::extract::{Path, Query, paging};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, filter_word, job_filter, monitoring};

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunQuery {
    /// Rows on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// `namespace/name` of the job.
    job: Option<String>,
    /// The monitor.
    monitor: Option<MonitorId>,
    /// The agent.
    agent: Option<AgentId>,
    /// How they are.
    status: Option<RunStatus>,
    /// Not before this.
    after: Option<Timestamp>,
    /// Before this.
    before: Option<Timestamp>,
}

/// Lists runs, newest first.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", params(RunQuery),
    responses((status = 200, body = Page<Run>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_runs(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Query(query): Query<RunQuery>,
) -> Result<Tagged<Page<Run>>, Failure> {
    let paging = paging(query.limit, query.cursor.as_deref())?;
    let filter = RunFilter {
        job: query.job.as_deref().map(job_filter).transpose()?,
        monitor_id: query.monitor,
        agent_id: query.agent,
        status: filter_word("status", query.status)?,
        from: query.after.map(|at| at.as_millisecond()),
        to: query.before.map(|at| at.as_millisecond()),
    };
    let listed = serving.app().list_runs(&actor, &filter, &paging).await?;
    Ok(Tagged::new(&headers, wire::page(listed, monitoring::run)))
}

/// Shows one run.
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "runs", params(("id" = RunId, Path)),
    responses((status = 200, body = Run), Failure))]
pub(crate) async fn get_run(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<RunId>,
) -> Result<Answer<Run>, Failure> {
    Ok(Answer(monitoring::run(serving.app().get_run(&actor, id).await?)))
}

/// Gives what was kept of a run's output: its bytes, or with `Accept: application/json` the parts.
#[utoipa::path(get, path = "/api/v1/runs/{id}/output", tag = "runs", params(("id" = RunId, Path)),
    responses((status = 200, content((RunOutput = "application/json"), (Vec<u8> = "application/octet-stream"))),
        Failure))]
pub(crate) async fn get_run_output(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Path(id): Path<RunId>,
) -> Result<Response, Failure> {
    let output = serving.app().get_run_output(&actor, id).await?;
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains("application/json") {
        return Ok(Answer(monitoring::run_output(&output)).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((kind, monitoring::run_output_bytes(output)).into_response())
}

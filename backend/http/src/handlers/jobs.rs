use std::collections::HashMap;

use axum::extract::State;
use crontopus_api::{
    Code, Job, JobBlame, JobDiff, JobPage, JobRevision, JobStatus, Namespace, NextRuns, Page, Problem,
};
use crontopus_app::rows::{JobFilter, JobOrder};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{ListQuery, Path, Query, paging};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, filter_word, jobs, label_filter, recent};

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobQuery {
    /// Rows on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// In this namespace alone.
    namespace: Option<String>,
    /// With this label, `key=value`, or `key` whatever its value; repeated, with all of them.
    #[serde(default)]
    #[param(style = Form, explode)]
    label: Vec<String>,
    /// In this status alone.
    status: Option<JobStatus>,
    /// With this text in name or description, whatever the case.
    q: Option<String>,
    /// What else to tell, separated by commas: `recent`, how each did lately; `counts`, how many jobs are how.
    include: Option<String>,
    /// In which order; by name when absent.
    #[param(inline)]
    sort: Option<JobSort>,
}

/// An order of jobs.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(crate) enum JobSort {
    /// By namespace and name.
    #[serde(rename = "name")]
    Name,
    /// The same from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// Failing first, then late, invalid, unplaced, unknown, ok, pending, paused, disabled.
    #[serde(rename = "status")]
    Status,
    /// The soonest expected start first.
    #[serde(rename = "next")]
    Next,
    /// The latest run first.
    #[serde(rename = "last")]
    Last,
}

impl From<JobSort> for JobOrder {
    fn from(sort: JobSort) -> Self {
        match sort {
            JobSort::Name => Self::Name,
            JobSort::NameDescending => Self::NameDescending,
            JobSort::Status => Self::Status,
            JobSort::Next => Self::Next,
            JobSort::Last => Self::Last,
        }
    }
}

/// Which form of a job.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRef {
    /// A commit, whole or by its first digits (at least 7): the job as it stood there. The form in force when
    /// absent.
    r#ref: Option<String>,
}

/// Two commits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiffQuery {
    /// Commit to compare from; when absent, the change before the last one.
    from: Option<String>,
    /// Commit to compare to; when absent, the last one that changed the job.
    to: Option<String>,
}

/// Which starts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct NextQuery {
    /// Starts, 1 to 100; 5 when absent.
    #[param(minimum = 1, maximum = 100)]
    count: Option<u32>,
    /// After this; now when absent.
    after: Option<Timestamp>,
}

/// Lists namespaces.
#[utoipa::path(get, path = "/api/v1/namespaces", tag = "jobs", params(ListQuery),
    responses((status = 200, body = Page<Namespace>), Failure))]
pub(crate) async fn list_namespaces(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Namespace>>, Failure> {
    let listed = serving.app().list_namespaces(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, jobs::namespace)))
}

/// Lists jobs, by namespace and name or in another order. A page begins where the one before ended: a job whose place
/// changes between two pages may be on both or on neither.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(JobQuery),
    responses((status = 200, body = JobPage), Failure))]
pub(crate) async fn list_jobs(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<JobQuery>,
) -> Result<Answer<JobPage>, Failure> {
    let include = Include::of(query.include.as_deref())?;
    let paging = paging(query.limit, query.cursor.as_deref())?;
    let filter = JobFilter {
        namespace: query.namespace,
        labels: label_filter(query.label)?,
        text: query.q,
        status: filter_word("status", query.status)?,
        order: query.sort.map(JobOrder::from).unwrap_or_default(),
    };
    let listed = serving.app().list_job_views(&actor, &filter, &paging).await?;
    let now = serving.app().clock().now_ms();
    let mut recents = match include.recent {
        true => serving.app().list_job_recents(&actor, &listed.rows).await?,
        false => HashMap::new(),
    };
    let counts = match include.counts {
        true => Some(recent::counts(serving.app().count_jobs(&actor).await?)),
        false => None,
    };
    let Page { items, next_cursor } = wire::page(listed, |view| {
        let mut summary = jobs::summary(&view.form, &view.monitors, now);
        summary.recent = recents.remove(&view.form.id).map(|own| recent::recent(own, &view.monitors));
        summary
    });
    Ok(Answer(JobPage { items, next_cursor, counts }))
}

/// What a list of jobs tells besides the jobs.
#[derive(Debug, Clone, Copy, Default)]
struct Include {
    recent: bool,
    counts: bool,
}

impl Include {
    fn of(words: Option<&str>) -> Result<Self, Failure> {
        let mut include = Self::default();
        for word in words.into_iter().flat_map(|w| w.split(',')) {
            match word.trim() {
                "recent" => include.recent = true,
                "counts" => include.counts = true,
                other => {
                    let detail = format!("`{other}` is none of `recent` and `counts`");
                    let problem = Problem::new(Code::Invalid).detail(detail.clone());
                    return Err(Failure::of(problem.field("?include", detail)));
                }
            }
        }
        Ok(include)
    }
}

/// Shows one job: the manifest in force, or as it stood at a commit, beside its state.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}", tag = "jobs",
    params(("namespace" = String, Path), ("name" = String, Path), JobRef),
    responses((status = 200, body = Job), Failure))]
pub(crate) async fn get_job(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<JobRef>,
) -> Result<Answer<Job>, Failure> {
    let (app, now) = (serving.app(), serving.app().clock().now_ms());
    if let Some(commit) = query.r#ref {
        let (detail, monitors, source) = app.get_job_view_at(&actor, &namespace, &name, &commit).await?;
        return Ok(Answer(Job { source: Some(source), ..jobs::job(detail, monitors, now) }));
    }
    let (detail, monitors) = app.get_job_view(&actor, &namespace, &name).await?;
    Ok(Answer(jobs::job(detail, monitors, now)))
}

/// Lists the changes of a job's manifest, newest first, each with how long runs took before and after it.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/history", tag = "jobs",
    params(("namespace" = String, Path), ("name" = String, Path), ListQuery),
    responses((status = 200, body = Page<JobRevision>), Failure))]
pub(crate) async fn list_job_history(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<JobRevision>>, Failure> {
    let listed = serving.app().list_job_changes(&actor, &namespace, &name, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, jobs::change)))
}

/// Compares a job at two commits.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/diff", tag = "jobs",
    params(("namespace" = String, Path), ("name" = String, Path), DiffQuery),
    responses((status = 200, body = JobDiff), Failure))]
pub(crate) async fn get_job_diff(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<DiffQuery>,
) -> Result<Answer<JobDiff>, Failure> {
    let commits = (query.from.as_deref(), query.to.as_deref());
    let change = serving.app().diff_job(&actor, &namespace, &name, commits).await?;
    Ok(Answer(JobDiff { from: change.from, to: change.to, diff: change.diff }))
}

/// Says who wrote each line of a job's manifest, and when.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/blame", tag = "jobs",
    params(("namespace" = String, Path), ("name" = String, Path), JobRef),
    responses((status = 200, body = JobBlame), Failure))]
pub(crate) async fn get_job_blame(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<JobRef>,
) -> Result<Answer<JobBlame>, Failure> {
    let commit = query.r#ref.as_deref();
    Ok(Answer(jobs::blame(serving.app().get_job_blame(&actor, &namespace, &name, commit).await?)))
}

/// Lists the next starts of a job in each place that holds it.
#[utoipa::path(get, path = "/api/v1/jobs/{namespace}/{name}/next-runs", tag = "jobs",
    params(("namespace" = String, Path), ("name" = String, Path), NextQuery),
    responses((status = 200, body = NextRuns), Failure))]
pub(crate) async fn list_next_runs(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path((namespace, name)): Path<(String, String)>,
    Query(query): Query<NextQuery>,
) -> Result<Answer<NextRuns>, Failure> {
    let count = query.count.unwrap_or(5);
    if !(1..=100).contains(&count) {
        return Err(Failure::invalid("?count", "1 to 100"));
    }
    let after = query.after.unwrap_or_else(|| serving.app().clock().now());
    let starts = serving.app().next_starts(&actor, &namespace, &name, after, count as usize).await?;
    Ok(Answer(NextRuns { items: starts.into_iter().map(jobs::next_run).collect() }))
}

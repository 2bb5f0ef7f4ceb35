use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::{Code, IncidentKind, Page, Problem, RouteTest, RuleDocument};
use crontopus_app::alerts::Severity;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::{Answer, Tagged};
use crate::extract::Query;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{alerts, job_filter, monitoring};

/// Lists the routes in force, all on one page.
#[utoipa::path(get, path = "/api/v1/routes", tag = "routes",
    responses((status = 200, body = Page<RuleDocument>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_routes(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
) -> Result<Tagged<Page<RuleDocument>>, Failure> {
    list(&serving, &actor, &headers, "Route").await
}

/// Lists the policies in force, all on one page.
#[utoipa::path(get, path = "/api/v1/policies", tag = "routes",
    responses((status = 200, body = Page<RuleDocument>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_policies(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
) -> Result<Tagged<Page<RuleDocument>>, Failure> {
    list(&serving, &actor, &headers, "Policy").await
}

/// Lists the maintenances in force, all on one page, and which of them are going on.
#[utoipa::path(get, path = "/api/v1/maintenance", tag = "routes",
    responses((status = 200, body = Page<RuleDocument>), (status = 304, description = "As before"), Failure))]
pub(crate) async fn list_maintenance(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
) -> Result<Tagged<Page<RuleDocument>>, Failure> {
    list(&serving, &actor, &headers, "Maintenance").await
}

async fn list(
    serving: &Serving,
    actor: &crontopus_app::access::Actor,
    headers: &HeaderMap,
    kind: &str,
) -> Result<Tagged<Page<RuleDocument>>, Failure> {
    let views = serving.app().list_rule_documents(actor, kind).await?;
    let now = serving.app().clock().now();
    let items = views.into_iter().map(|view| alerts::rule_document(view, now)).collect();
    Ok(Tagged::new(headers, Page { items, next_cursor: None }))
}

/// What would happen.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteTestQuery {
    /// `namespace/name` of the job.
    job: String,
    /// What would happen; `failed` when absent.
    kind: Option<IncidentKind>,
    /// `info`, `warning` or `critical`; the job's own when absent.
    severity: Option<String>,
}

/// Says who would be told, and when, if something happened to a job now.
#[utoipa::path(get, path = "/api/v1/routes/test", tag = "routes", params(RouteTestQuery),
    responses((status = 200, body = RouteTest), Failure))]
pub(crate) async fn test_routes(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<RouteTestQuery>,
) -> Result<Answer<RouteTest>, Failure> {
    let (namespace, name) = job_filter(&query.job)?;
    let kind = monitoring::same(query.kind.unwrap_or(IncidentKind::Failed));
    let kind = kind.unwrap_or(crontopus_app::alerts::IncidentKind::Failed);
    let unknown = |_| {
        let detail = "a severity is info, warning or critical";
        Failure::of(Problem::new(Code::Invalid).detail(detail).field("?severity", detail))
    };
    let severity = query.severity.map(|text| text.parse::<Severity>()).transpose().map_err(unknown)?;
    let preview = serving.app().preview_routes(&actor, (&namespace, &name), kind, severity).await?;
    Ok(Answer(alerts::route_test(preview)))
}

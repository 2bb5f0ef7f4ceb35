use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use crontopus_app::Error;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::extract::Query;
use crate::failure::Failure;
use crate::metrics::{Exposition, tenant_exposed};
use crate::serving::Serving;

/// Which monitors.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsQuery {
    /// Of this namespace alone, and without the tenant's totals.
    namespace: Option<String>,
}

/// Tells the tenant's metrics for Prometheus: how each monitor is, when it last succeeded, how long it took,
/// runs, incidents and agents. OpenMetrics when that is asked for, otherwise the text format 0.0.4.
#[utoipa::path(get, path = "/api/v1/metrics", tag = "metrics", params(MetricsQuery),
    responses((status = 200, content(
        (String = "application/openmetrics-text"),
        (String = "text/plain"),
    )), Failure))]
pub(crate) async fn get_metrics(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
    Query(query): Query<MetricsQuery>,
) -> Result<Response, Failure> {
    let namespace = query.namespace.as_deref();
    let figures = serving.app().measure_tenant(&actor, namespace).await?;
    let (form, is_part) = (Exposition::wanted(&headers), namespace.is_some());
    let limit = serving.settings().series_limit;
    // Ten thousand jobs are some megabytes of text: not on a thread that answers others meanwhile.
    let text = tokio::task::spawn_blocking(move || tenant_exposed(figures, is_part, limit, form)).await;
    let text = text.map_err(|error| Error::internal("writing metrics", error))?;
    Ok(form.answer(text))
}

use axum::extract::State;
use axum::http::HeaderMap;
use crontopus_api::Overview;

use crate::access::Acting;
use crate::answer::Tagged;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::overview;

/// Shows how everything is: one call for the first page.
#[utoipa::path(get, path = "/api/v1/overview", tag = "overview", responses((status = 200, body = Overview), Failure))]
pub(crate) async fn get_overview(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    headers: HeaderMap,
) -> Result<Tagged<Overview>, Failure> {
    Ok(Tagged::new(&headers, overview::overview(serving.app().get_overview(&actor).await?)))
}

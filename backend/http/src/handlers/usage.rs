use axum::extract::State;
use crontopus_api::Usage;

use crate::access::Acting;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Says what the tenant has, how much of it there may be, and what it sent in the last 30 days.
#[utoipa::path(get, path = "/api/v1/usage", tag = "tenants", responses((status = 200, body = Usage), Failure))]
pub(crate) async fn get_usage(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<Usage>, Failure> {
    Ok(Answer(wire::usage(serving.app().usage(&actor).await?)))
}

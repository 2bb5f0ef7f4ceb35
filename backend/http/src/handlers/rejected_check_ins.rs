use axum::extract::State;
use crontopus_api::{Page, RejectedCheckIn};

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{ListQuery, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, monitoring};

/// Lists check-ins that were not taken, newest first.
#[utoipa::path(get, path = "/api/v1/rejected-check-ins", tag = "check-ins", params(ListQuery),
    responses((status = 200, body = Page<RejectedCheckIn>), Failure))]
pub(crate) async fn list_rejected_check_ins(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<RejectedCheckIn>>, Failure> {
    let listed = serving.app().list_rejected_check_ins(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, monitoring::rejected)))
}

use axum::extract::State;
use crontopus_api::{CheckInBatch, CheckInResult, Code, Problem};

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::check_ins::{outcome, said};

/// Check-ins in one request.
pub(crate) const MOST: usize = 1_000;

/// Takes one check-in, or up to 1,000. What is accepted is on disk when this answers.
#[utoipa::path(post, path = "/api/v1/check-ins", tag = "check-ins", request_body = CheckInBatch,
    responses((status = 200, body = CheckInResult), Failure))]
pub(crate) async fn create_check_ins(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CheckInBatch>,
) -> Result<Answer<CheckInResult>, Failure> {
    let items = match body {
        CheckInBatch::One(item) => vec![*item],
        CheckInBatch::Many(items) => items,
    };
    few(items.len())?;
    let outcomes = serving.app().check_in(&actor, items.into_iter().map(said).collect()).await?;
    Ok(Answer(CheckInResult { items: outcomes.into_iter().map(outcome).collect() }))
}

/// Refuses what is too much for one request.
pub(crate) fn few(items: usize) -> Result<(), Failure> {
    if items <= MOST {
        return Ok(());
    }
    let detail = format!("{items} check-ins in one request; {MOST} are taken");
    Err(Failure::of(Problem::new(Code::Invalid).detail(detail.clone()).field("", detail)))
}

use axum::extract::State;
use crontopus_api::{CreateEnrollToken, CreatedEnrollToken, EnrollToken, Page};
use crontopus_ids::EnrollTokenId;

use crate::access::Acting;
use crate::answer::{Answer, Created, NoContent};
use crate::extract::{Json, ListQuery, Path, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Lists enrolment tokens that can still be used, oldest first.
#[utoipa::path(get, path = "/api/v1/enroll-tokens", tag = "agents", params(ListQuery),
    responses((status = 200, body = Page<EnrollToken>), Failure))]
pub(crate) async fn list_enroll_tokens(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<EnrollToken>>, Failure> {
    let listed = serving.app().list_enroll_tokens(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, wire::enroll_token)))
}

/// Makes an enrolment token. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/enroll-tokens", tag = "agents", request_body = CreateEnrollToken,
    responses((status = 201, body = CreatedEnrollToken), Failure))]
pub(crate) async fn create_enroll_token(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CreateEnrollToken>,
) -> Result<Created<CreatedEnrollToken>, Failure> {
    let made = serving.app().create_enroll_token(&actor, wire::new_enroll_token(body)).await?;
    Ok(Created(wire::created_enroll_token(&serving, made)))
}

/// Ends an enrolment token.
#[utoipa::path(delete, path = "/api/v1/enroll-tokens/{id}", tag = "agents",
    params(("id" = EnrollTokenId, Path, description = "The enrolment token.")),
    responses((status = 204), Failure))]
pub(crate) async fn delete_enroll_token(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<EnrollTokenId>,
) -> Result<NoContent, Failure> {
    serving.app().delete_enroll_token(&actor, id).await?;
    Ok(NoContent)
}

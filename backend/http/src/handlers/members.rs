use axum::extract::State;
use crontopus_api::{Member, Page, UpdateMember};
use crontopus_ids::UserId;

use crate::access::Acting;
use crate::answer::{Answer, NoContent};
use crate::extract::{Json, ListQuery, Path, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Lists the tenant's members, the oldest account first.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", params(ListQuery),
    responses((status = 200, body = Page<Member>), Failure))]
pub(crate) async fn list_members(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Member>>, Failure> {
    let listed = serving.app().list_members(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, wire::member)))
}

/// Gives a member another role. Nobody gives or takes one above their own, and the last owner stays.
#[utoipa::path(patch, path = "/api/v1/members/{user_id}", tag = "members",
    params(("user_id" = UserId, Path, description = "The person.")), request_body = UpdateMember,
    responses((status = 200, body = Member), Failure))]
pub(crate) async fn update_member(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(user_id): Path<UserId>,
    Json(body): Json<UpdateMember>,
) -> Result<Answer<Member>, Failure> {
    let member = serving.app().update_member(&actor, user_id, wire::own_role(body.role)).await?;
    Ok(Answer(wire::member(member)))
}

/// Lets a member go.
#[utoipa::path(delete, path = "/api/v1/members/{user_id}", tag = "members",
    params(("user_id" = UserId, Path, description = "The person.")), responses((status = 204), Failure))]
pub(crate) async fn delete_member(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(user_id): Path<UserId>,
) -> Result<NoContent, Failure> {
    serving.app().delete_member(&actor, user_id).await?;
    Ok(NoContent)
}

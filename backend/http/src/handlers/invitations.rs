use axum::extract::State;
use crontopus_api::{AcceptInvitation, CreateInvitation, CreatedInvitation, Invitation, Me, Page};
use crontopus_app::Accept;
use crontopus_ids::InvitationId;

use super::auth::session_cookie;
use crate::access::{Acting, From, SessionCookie};
use crate::answer::{Answer, Created, NoContent};
use crate::extract::{Json, ListQuery, Path, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Lists invitations that wait to be accepted, oldest first.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "members", params(ListQuery),
    responses((status = 200, body = Page<Invitation>), Failure))]
pub(crate) async fn list_invitations(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Invitation>>, Failure> {
    let listed = serving.app().list_invitations(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, wire::invitation)))
}

/// Invites somebody.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "members", request_body = CreateInvitation,
    responses((status = 201, body = CreatedInvitation), Failure))]
pub(crate) async fn create_invitation(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CreateInvitation>,
) -> Result<Created<CreatedInvitation>, Failure> {
    let made = serving.app().create_invitation(&actor, body.email, wire::own_role(body.role)).await?;
    Ok(Created(wire::created_invitation(made)))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/v1/invitations/{id}", tag = "members",
    params(("id" = InvitationId, Path, description = "The invitation.")),
    responses((status = 204), Failure))]
pub(crate) async fn delete_invitation(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<InvitationId>,
) -> Result<NoContent, Failure> {
    serving.app().delete_invitation(&actor, id).await?;
    Ok(NoContent)
}

/// Joins the tenant that invited, making the account when there is none, and begins a session.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "members", request_body = AcceptInvitation,
    responses((status = 200, body = Me), Failure))]
pub(crate) async fn accept_invitation(
    State(serving): State<Serving>,
    From(origin): From,
    Json(body): Json<AcceptInvitation>,
) -> Result<(SessionCookie, Answer<Me>), Failure> {
    serving.limits().sign_in(&crontopus_app::secret::hash(&body.secret), origin.address)?;
    let AcceptInvitation { secret, name, password, code } = body;
    let signed = serving.app().accept_invitation(origin, Accept { secret, name, password, code }).await?;
    Ok((session_cookie(&serving, &signed), Answer(wire::me(signed.me))))
}

use axum::extract::State;
use crontopus_api::{
    BeginPasskey, CreatePasskey, Me, Page, Passkey, PasskeyOptions, PasskeySignIn, UpdatePasskey,
};
use crontopus_ids::PasskeyId;

use super::auth::session_cookie;
use crate::access::{Acting, From, SessionCookie};
use crate::answer::{Answer, Created, NoContent};
use crate::extract::{Json, Path};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Lists the passkeys of who calls, oldest first; there are 20 at most.
#[utoipa::path(get, path = "/api/v1/me/passkeys", tag = "auth", responses((status = 200, body = Page<Passkey>), Failure))]
pub(crate) async fn list_passkeys(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<Page<Passkey>>, Failure> {
    let own = serving.app().list_passkeys(&actor).await?;
    Ok(Answer(Page { items: own.into_iter().map(wire::passkey).collect(), next_cursor: None }))
}

/// Begins a passkey: what the browser is to ask an authenticator for.
#[utoipa::path(post, path = "/api/v1/me/passkeys/begin", tag = "auth", request_body = BeginPasskey,
    responses((status = 200, body = PasskeyOptions), Failure))]
pub(crate) async fn begin_passkey(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<BeginPasskey>,
) -> Result<Answer<PasskeyOptions>, Failure> {
    serving.limits().second_factor(&actor.label)?;
    let options = serving.app().begin_passkey(&actor, &body.password).await?;
    Ok(Answer(PasskeyOptions { options }))
}

/// Keeps the passkey that an authenticator made.
#[utoipa::path(post, path = "/api/v1/me/passkeys", tag = "auth", request_body = CreatePasskey,
    responses((status = 201, body = Passkey), Failure))]
pub(crate) async fn create_passkey(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CreatePasskey>,
) -> Result<Created<Passkey>, Failure> {
    Ok(Created(wire::passkey(serving.app().create_passkey(&actor, body.name, body.credential).await?)))
}

/// Calls a passkey otherwise.
#[utoipa::path(patch, path = "/api/v1/me/passkeys/{id}", tag = "auth", params(("id" = PasskeyId, Path, description = "The passkey.")),
    request_body = UpdatePasskey, responses((status = 200, body = Passkey), Failure))]
pub(crate) async fn update_passkey(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<PasskeyId>,
    Json(body): Json<UpdatePasskey>,
) -> Result<Answer<Passkey>, Failure> {
    Ok(Answer(wire::passkey(serving.app().rename_passkey(&actor, id, body.name).await?)))
}

/// Takes a passkey away: nobody signs in with it any more.
#[utoipa::path(delete, path = "/api/v1/me/passkeys/{id}", tag = "auth", params(("id" = PasskeyId, Path, description = "The passkey.")),
    responses((status = 204), Failure))]
pub(crate) async fn delete_passkey(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<PasskeyId>,
) -> Result<NoContent, Failure> {
    serving.app().delete_passkey(&actor, id).await?;
    Ok(NoContent)
}

/// Begins to sign somebody in with whatever passkey their devices have for this server.
#[utoipa::path(post, path = "/api/v1/auth/passkey/begin", tag = "auth",
    responses((status = 200, body = PasskeyOptions), Failure))]
pub(crate) async fn begin_passkey_sign_in(
    State(serving): State<Serving>,
    From(origin): From,
) -> Result<Answer<PasskeyOptions>, Failure> {
    serving.limits().attempt(origin.address)?;
    Ok(Answer(PasskeyOptions { options: serving.app().begin_passkey_sign_in().await? }))
}

/// Begins a session for who has a passkey; neither password nor code is asked for.
#[utoipa::path(post, path = "/api/v1/auth/passkey", tag = "auth", request_body = PasskeySignIn,
    responses((status = 200, body = Me), Failure))]
pub(crate) async fn sign_in_with_passkey(
    State(serving): State<Serving>,
    From(origin): From,
    Json(body): Json<PasskeySignIn>,
) -> Result<(SessionCookie, Answer<Me>), Failure> {
    serving.limits().attempt(origin.address)?;
    let signed = serving.app().sign_in_with_passkey(origin, body.credential).await?;
    Ok((session_cookie(&serving, &signed), Answer(wire::me(signed.me))))
}

use axum::extract::State;
use crontopus_api::{ChangePassword, RequestPasswordReset, ResetPassword};

use crate::access::{Acting, From};
use crate::answer::NoContent;
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;

/// Sends a link to set another password to an address that has an account; the answer is the same for one that has none.
#[utoipa::path(post, path = "/api/v1/auth/password-reset", tag = "auth", request_body = RequestPasswordReset,
    responses((status = 204), Failure))]
pub(crate) async fn request_password_reset(
    State(serving): State<Serving>,
    From(origin): From,
    Json(body): Json<RequestPasswordReset>,
) -> Result<NoContent, Failure> {
    serving.limits().password_reset(&body.email, origin.address)?;
    serving.app().request_password_reset(origin, body.email)?;
    Ok(NoContent)
}

/// Sets another password by the secret of a link. All sessions of the person end.
#[utoipa::path(post, path = "/api/v1/auth/password-reset/confirm", tag = "auth", request_body = ResetPassword,
    responses((status = 204), Failure))]
pub(crate) async fn reset_password(
    State(serving): State<Serving>,
    From(origin): From,
    Json(body): Json<ResetPassword>,
) -> Result<NoContent, Failure> {
    serving.limits().attempt(origin.address)?;
    serving.app().reset_password(origin, &body.secret, body.password).await?;
    Ok(NoContent)
}

/// Sets another password for who knows the present one. All other sessions of the person end.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "auth", request_body = ChangePassword,
    responses((status = 204), Failure))]
pub(crate) async fn change_password(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<ChangePassword>,
) -> Result<NoContent, Failure> {
    serving.limits().second_factor(&actor.label)?;
    serving.app().change_password(&actor, &body.password, body.new_password).await?;
    Ok(NoContent)
}

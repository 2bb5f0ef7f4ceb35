use axum::extract::State;
use crontopus_api::{
    BeginSecondFactor, BegunSecondFactor, ChangeSecondFactor, ConfirmSecondFactor, RecoveryCodes,
    SecondFactor,
};

use crate::access::Acting;
use crate::answer::{Answer, NoContent};
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Says whether signing in takes a code beside the password.
#[utoipa::path(get, path = "/api/v1/me/second-factor", tag = "auth",
    responses((status = 200, body = SecondFactor), Failure))]
pub(crate) async fn get_second_factor(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<SecondFactor>, Failure> {
    Ok(Answer(wire::second_factor(serving.app().get_second_factor(&actor).await?)))
}

/// Begins a second factor; it counts when a first code of it was given.
#[utoipa::path(post, path = "/api/v1/me/second-factor", tag = "auth", request_body = BeginSecondFactor,
    responses((status = 200, body = BegunSecondFactor), Failure))]
pub(crate) async fn begin_second_factor(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<BeginSecondFactor>,
) -> Result<Answer<BegunSecondFactor>, Failure> {
    serving.limits().second_factor(&actor.label)?;
    let begun = serving.app().begin_second_factor(&actor, &body.password).await?;
    Ok(Answer(wire::begun_factor(begun)?))
}

/// Puts the begun second factor in force, and answers recovery codes this once.
#[utoipa::path(post, path = "/api/v1/me/second-factor/confirm", tag = "auth", request_body = ConfirmSecondFactor,
    responses((status = 200, body = RecoveryCodes), Failure))]
pub(crate) async fn confirm_second_factor(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<ConfirmSecondFactor>,
) -> Result<Answer<RecoveryCodes>, Failure> {
    serving.limits().second_factor(&actor.label)?;
    let codes = serving.app().confirm_second_factor(&actor, &body.code).await?;
    Ok(Answer(RecoveryCodes { codes }))
}

/// Ends the second factor: the password alone does again.
#[utoipa::path(post, path = "/api/v1/me/second-factor/disable", tag = "auth", request_body = ChangeSecondFactor,
    responses((status = 204), Failure))]
pub(crate) async fn disable_second_factor(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<ChangeSecondFactor>,
) -> Result<NoContent, Failure> {
    serving.limits().second_factor(&actor.label)?;
    serving.app().disable_second_factor(&actor, &body.password, &body.code).await?;
    Ok(NoContent)
}

/// Makes other recovery codes; those before are worth nothing any more.
#[utoipa::path(post, path = "/api/v1/me/second-factor/recovery-codes", tag = "auth", request_body = ChangeSecondFactor,
    responses((status = 200, body = RecoveryCodes), Failure))]
pub(crate) async fn renew_recovery_codes(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<ChangeSecondFactor>,
) -> Result<Answer<RecoveryCodes>, Failure> {
    serving.limits().second_factor(&actor.label)?;
    let codes = serving.app().renew_recovery_codes(&actor, &body.password, &body.code).await?;
    Ok(Answer(RecoveryCodes { codes }))
}

use axum::extract::State;
use crontopus_api::{Me, SignIn, SignUp};
use crontopus_app::{Credentials, NewAccount, SignedIn};

use crate::access::{Acting, From, SessionCookie, cookie};
use crate::answer::{Answer, Created, NoContent};
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Makes an account, a tenant of which it is the owner, and a session.
#[utoipa::path(post, path = "/api/v1/auth/sign-up", tag = "auth", request_body = SignUp,
    responses((status = 201, body = Me), Failure))]
pub(crate) async fn sign_up(
    State(serving): State<Serving>,
    From(origin): From,
    Json(new): Json<SignUp>,
) -> Result<(SessionCookie, Created<Me>), Failure> {
    serving.limits().sign_in(&new.email, origin.address)?;
    let SignUp { email, password, name, tenant } = new;
    let signed = serving.app().sign_up(origin, NewAccount { email, password, name, tenant }).await?;
    Ok((session_cookie(&serving, &signed), Created(wire::me(signed.me))))
}

/// Begins a session.
#[utoipa::path(post, path = "/api/v1/auth/sign-in", tag = "auth", request_body = SignIn,
    responses((status = 200, body = Me), Failure))]
pub(crate) async fn sign_in(
    State(serving): State<Serving>,
    From(origin): From,
    Json(body): Json<SignIn>,
) -> Result<(SessionCookie, Answer<Me>), Failure> {
    serving.limits().sign_in(&body.email, origin.address)?;
    if body.code.is_some() {
        serving.limits().second_factor(&body.email)?;
    }
    let credentials =
        Credentials { email: &body.email, password: &body.password, code: body.code.as_deref() };
    let signed = serving.app().sign_in(origin, credentials).await?;
    Ok((session_cookie(&serving, &signed), Answer(wire::me(signed.me))))
}

/// Ends the session.
#[utoipa::path(post, path = "/api/v1/auth/sign-out", tag = "auth", responses((status = 204), Failure))]
pub(crate) async fn sign_out(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<(SessionCookie, NoContent), Failure> {
    serving.app().sign_out(&actor).await?;
    Ok((cookie(None, 0, serving.is_https()), NoContent))
}

/// Says who calls, by what credential, and in which tenant.
#[utoipa::path(get, path = "/api/v1/me", tag = "auth", responses((status = 200, body = Me), Failure))]
pub(crate) async fn get_me(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<Me>, Failure> {
    Ok(Answer(wire::me(serving.app().who_am_i(&actor).await?)))
}

/// The cookie of a fresh session.
pub(super) fn session_cookie(serving: &Serving, signed: &SignedIn) -> SessionCookie {
    cookie(Some(&signed.secret), signed.max_age, serving.is_https())
}

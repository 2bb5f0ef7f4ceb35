//! The page behind the links in messages. It shows what would be done and does it when its button is pressed, for
//! somebody who is signed in; following the link alone does nothing, because mail scanners follow links too.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use crontopus_app::Error;
use crontopus_app::access::{Actor, Origin, Role};
use crontopus_app::alerts::{IncidentState, LinkAction};
use crontopus_app::rows::Incident;

use crate::access::{cookie_token, same_site};
use crate::extract::Path;
use crate::serving::Serving;

/// Nothing but this page's own styles and its own form.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

pub(crate) fn routes() -> Router<Serving> {
    Router::new().route("/act/{token}", get(ask).post(act))
}

/// Shows what the link would do.
async fn ask(State(serving): State<Serving>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let actor = match signed_in(&serving, &token, &headers).await {
        Ok(actor) => actor,
        Err(page) => return page,
    };
    match serving.app().describe_link(&actor, &token).await {
        Err(error) => failed(&error),
        Ok((_, incident)) if incident.state == IncidentState::Resolved => over(&incident),
        Ok((action, incident)) => {
            let (word, what) = match action {
                LinkAction::Acknowledge => ("Acknowledge", "It will not be repeated or escalated."),
                LinkAction::Snooze => ("Snooze for an hour", "Nobody is told about it for an hour."),
            };
            let body = format!(
                "<p>{}</p><p class=\"quiet\">{what} You are signed in as {}.</p>\
                 <form method=\"post\"><button>{word}</button></form>",
                escape(&incident.title),
                escape(&actor.label),
            );
            page(StatusCode::OK, word, &body)
        }
    }
}

/// Does it.
async fn act(State(serving): State<Serving>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    if same_site(&Method::POST, &headers, serving.public_hosts()).is_err() {
        return page(
            StatusCode::FORBIDDEN,
            "Refused",
            "<p>This was not asked for by this server's own page.</p>",
        );
    }
    let actor = match signed_in(&serving, &token, &headers).await {
        Ok(actor) => actor,
        Err(page) => return page,
    };
    let followed = match serving.app().link_action(&token) {
        Ok(action) => serving.app().follow_link(&actor, &token).await.map(|(incident, _)| (action, incident)),
        Err(error) => Err(error),
    };
    match followed {
        Err(error) => failed(&error),
        Ok((_, incident)) if incident.state == IncidentState::Resolved => over(&incident),
        Ok((action, incident)) => {
            let done = match action {
                LinkAction::Acknowledge => {
                    let by = incident.acknowledged_by.as_deref().unwrap_or(&actor.label);
                    format!("It is acknowledged, by {}. It will not be repeated or escalated.", escape(by))
                }
                LinkAction::Snooze => "Nobody is told about it for an hour.".to_owned(),
            };
            page(StatusCode::OK, "Done", &about(&incident, &done))
        }
    }
}

/// Nothing is left to do.
fn over(incident: &Incident) -> Response {
    page(
        StatusCode::OK,
        "It is over",
        &about(incident, "It was resolved already. There is nothing left to do."),
    )
}

/// An incident, and a sentence about it.
fn about(incident: &Incident, sentence: &str) -> String {
    let (title, id) = (escape(&incident.title), incident.id);
    format!(
        "<p>{title}</p><p class=\"quiet\">{sentence}</p><p><a href=\"/incidents/{id}\">To the incident</a></p>"
    )
}

/// Who is signed in to the tenant of the link, and may do what it says.
async fn signed_in(serving: &Serving, token: &str, headers: &HeaderMap) -> Result<Actor, Response> {
    let tenant = serving.app().link_tenant(token).map_err(|error| failed(&error))?;
    let Some(secret) = cookie_token(headers) else { return Err(sign_in(token)) };
    match serving.app().session_actor(secret, Some(&tenant), Origin::default()).await {
        Ok(actor) if actor.role().is_some_and(|role| role >= Role::Member) => Ok(actor),
        Ok(_) => Err(page(StatusCode::FORBIDDEN, "Not allowed", "<p>This wants the role <b>member</b>.</p>")),
        Err(Error::Unauthenticated(_)) => Err(sign_in(token)),
        Err(error) => Err(failed(&error)),
    }
}

fn sign_in(token: &str) -> Response {
    // A token that was made here consists of characters that need no escaping.
    let body = format!(
        "<p>Sign in first, then this page does the rest.</p><p><a href=\"/sign-in?next=/act/{}\">Sign in</a></p>",
        escape(token)
    );
    page(StatusCode::UNAUTHORIZED, "Sign in", &body)
}

fn failed(error: &Error) -> Response {
    match error {
        Error::NotFound(_) => {
            let body = "<p>This link does not work, or not any more: links work for thirty days.</p>";
            page(StatusCode::NOT_FOUND, "No such link", body)
        }
        Error::Conflict(why) => page(StatusCode::CONFLICT, "Not done", &format!("<p>{}</p>", escape(why))),
        error => {
            tracing::warn!(error = error as &dyn std::error::Error, "a link in a message failed");
            page(StatusCode::SERVICE_UNAVAILABLE, "Not now", "<p>Something failed here. Try again.</p>")
        }
    }
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · Crontopus</title><style>body{{font:16px/24px system-ui,sans-serif;max-width:32rem;margin:15vh auto;\
         padding:0 1rem;color:#1f2328;background:#fff}}h1{{font-size:1.25rem}}.quiet{{color:#59636e}}button{{font:inherit;\
         padding:.5rem 1.25rem;border:0;border-radius:6px;background:#1f2328;color:#fff;cursor:pointer}}a{{color:#0969da}}\
         @media(prefers-color-scheme:dark){{body{{color:#e6edf3;background:#0d1117}}.quiet{{color:#9198a1}}\
         button{{background:#e6edf3;color:#0d1117}}a{{color:#4493f8}}}}</style><h1>{title}</h1>{body}</html>"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (status, headers, html).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

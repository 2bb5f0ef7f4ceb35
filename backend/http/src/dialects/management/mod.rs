//! The read side of Healthchecks' management API v3, with pause and resume. The key is an API token with the
//! scopes of what it is used for. Checks are made and removed in Git, and nowhere else.

mod badge;
mod caller;
mod channel;
mod check;
mod ping;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use crontopus_app::Error;
use crontopus_app::access::{Actor, Role, Scope};
use crontopus_app::checks::Check;
use crontopus_ids::MonitorId;
use serde_json::{Value, json};

use self::caller::Caller;
use super::query::pairs;
use crate::failure::Failure;
use crate::serving::Serving;

/// Every address of the API. Who may call is in [`Ask`]: the scopes of the token decide.
pub const ROUTES: &[&str] = &[
    "/api/v3/checks/",
    "/api/v3/checks",
    "/api/v3/checks/{check}",
    "/api/v3/checks/{check}/pause",
    "/api/v3/checks/{check}/resume",
    "/api/v3/checks/{check}/pings/",
    "/api/v3/checks/{check}/pings/{n}/body",
    "/api/v3/checks/{check}/flips/",
    "/api/v3/channels/",
    "/api/v3/badges/",
    "/api/v3/status/",
];

/// The routes of [`ROUTES`].
pub(crate) fn router() -> Router<Serving> {
    ROUTES.iter().fold(Router::new(), |router, path| router.route(path, any(answer)))
}

/// What is asked for.
enum Ask {
    Checks,
    Check(MonitorId),
    Pings(MonitorId),
    Body(MonitorId, i64),
    Flips(MonitorId),
    Pause(MonitorId),
    Resume(MonitorId),
    Channels,
    Badges,
}

impl Ask {
    /// The least role and the scope it takes.
    fn takes(&self) -> (Role, Scope) {
        match self {
            Self::Checks | Self::Check(_) | Self::Badges => (Role::Viewer, Scope::JobsRead),
            Self::Pings(_) | Self::Body(..) => (Role::Viewer, Scope::RunsRead),
            Self::Flips(_) => (Role::Viewer, Scope::IncidentsRead),
            Self::Pause(_) | Self::Resume(_) => (Role::Member, Scope::JobsWrite),
            Self::Channels => (Role::Viewer, Scope::ChannelsRead),
        }
    }
}

/// Why it is not done.
enum Refused {
    Json(StatusCode, Value),
    Empty(StatusCode),
    Failed(Failure),
}

async fn answer(State(serving): State<Serving>, request: Request) -> Response {
    let mut response = match done(&serving, request).await {
        Ok(response) => response,
        Err(Refused::Json(status, body)) => respond(status, &body),
        Err(Refused::Empty(status)) => status.into_response(),
        Err(Refused::Failed(failure)) => failure.into_response(),
    };
    for (name, value) in CORS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Any page may ask: what counts is the key.
const CORS: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "X-Api-Key"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

async fn done(serving: &Serving, request: Request) -> Result<Response, Refused> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    if method == Method::OPTIONS {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let query = pairs(request.uri().query());
    let parts: Vec<&str> = path.split('/').skip(3).collect();
    let reads = method == Method::GET || method == Method::HEAD;
    let ask = match &parts[..] {
        ["status", ""] if reads => return Ok("OK".into_response()),
        ["checks"] if reads => {
            let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
            let place = [(header::LOCATION, format!("/api/v3/checks/{query}"))];
            return Ok((StatusCode::MOVED_PERMANENTLY, place).into_response());
        }
        ["checks", ""] if reads => Ask::Checks,
        ["checks", check] if reads => Ask::Check(id(check)?),
        ["checks", check, "pings", ""] if reads => Ask::Pings(id(check)?),
        ["checks", check, "pings", n, "body"] if reads => {
            Ask::Body(id(check)?, n.parse().map_err(|_| Refused::Empty(StatusCode::NOT_FOUND))?)
        }
        ["checks", check, "flips", ""] if reads => Ask::Flips(id(check)?),
        ["checks", check, "pause"] if method == Method::POST => Ask::Pause(id(check)?),
        ["checks", check, "resume"] if method == Method::POST => Ask::Resume(id(check)?),
        ["channels", ""] if reads => Ask::Channels,
        ["badges", ""] if reads => Ask::Badges,
        ["checks", ..] => return Err(in_git()),
        _ => return Err(Refused::Empty(StatusCode::METHOD_NOT_ALLOWED)),
    };
    let (role, scope) = ask.takes();
    let Caller(actor) = Caller::of(serving, request).await?;
    if !actor.may(role, scope) {
        return Err(caller::wrong_key());
    }
    let body = carry_out(serving, &actor, ask, &query).await?;
    Ok(body)
}

async fn carry_out(
    serving: &Serving,
    actor: &Actor,
    ask: Ask,
    query: &[(String, String)],
) -> Result<Response, Refused> {
    let app = serving.app();
    let (base, now) = (&app.settings().public_url, app.clock().now_ms());
    let badges = badge::Addresses::of(&app.get_public_page(actor).await?, base);
    let shown = |check: &Check| check::check(check, badges.as_ref(), base, now);
    let one = |check| shown(&check);
    Ok(match ask {
        Ask::Checks => {
            let checks = app.list_checks(actor).await?;
            let checks: Vec<Value> = checks.iter().filter(|c| check::fits(c, query)).map(shown).collect();
            ok(&json!({ "checks": checks }))
        }
        Ask::Check(id) => ok(&one(app.get_check(actor, id).await?)),
        Ask::Pings(id) => {
            let pings = app.list_pings(actor, id).await?;
            let pings: Vec<Value> = pings.iter().map(|p| ping::ping(p, base)).collect();
            ok(&json!({ "pings": pings }))
        }
        Ask::Body(id, n) => {
            let output = app.get_ping_output(actor, id, n).await?;
            let kind = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
            ([kind], crate::wire::monitoring::run_output_bytes(output)).into_response()
        }
        Ask::Flips(id) => {
            let (from, to) = ping::range(query, now).ok_or(Refused::Empty(StatusCode::BAD_REQUEST))?;
            let flips = app.list_flips(actor, id, from, to).await?;
            let flips: Vec<Value> = flips.iter().map(ping::flip).collect();
            ok(&json!({ "flips": flips }))
        }
        Ask::Channels => {
            let channels = app.list_channels(actor).await?;
            let channels: Vec<Value> = channels.iter().map(channel::channel).collect();
            ok(&json!({ "channels": channels }))
        }
        Ask::Badges => {
            let checks = if badges.is_some() { app.list_checks(actor).await? } else { Vec::new() };
            ok(&json!({ "badges": badges.map(|badges| badges.of_tags(&checks)).unwrap_or_default() }))
        }
        Ask::Pause(id) => {
            app.pause_monitor(actor, id).await?;
            ok(&one(app.get_check(actor, id).await?))
        }
        Ask::Resume(id) => {
            if !app.get_monitor(actor, id).await?.state.paused_by_operator {
                return Ok((StatusCode::CONFLICT, "check is not paused").into_response());
            }
            app.resume_monitor(actor, id).await?;
            ok(&one(app.get_check(actor, id).await?))
        }
    })
}

/// A check by its UUID.
fn id(text: &str) -> Result<MonitorId, Refused> {
    let uuid = text.parse().ok().filter(|_| text.len() == 36).map(MonitorId::from_uuid);
    uuid.ok_or(Refused::Empty(StatusCode::NOT_FOUND))
}

/// What would make, change or remove a check.
fn in_git() -> Refused {
    let error = "checks are declared in Git: change the manifest of the job in its repository, and push";
    Refused::Json(StatusCode::METHOD_NOT_ALLOWED, json!({ "error": error }))
}

fn ok(body: &Value) -> Response {
    respond(StatusCode::OK, body)
}

fn respond(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(_) => Self::Empty(StatusCode::NOT_FOUND),
            error => Self::Failed(Failure::from(error)),
        }
    }
}

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crontopus_api::{Code, Problem};
use crontopus_app::access::{Actor, Origin, Role, Scope};
use crontopus_app::agents::AgentIdentity;
use crontopus_app::secret;

use super::turns::SignedIn;
use crate::access::{agent_of, client_address};
use crate::failure::Failure;
use crate::serving::Serving;

/// An agent's requests are negotiations, never packs.
const LARGEST_OF_AGENT: usize = 4 << 20;

/// Who uses the Git host.
pub(super) enum GitCaller {
    /// A person or a token of the tenant.
    Actor(Actor),
    /// One of the tenant's hosts.
    Agent(AgentIdentity),
}

impl GitCaller {
    /// What the served process is told about the user.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Actor(actor) => actor.label.clone(),
            Self::Agent(agent) => format!("agent {}", agent.name),
        }
    }
}

/// Finds who calls. Somebody of another tenant is told that there is nothing here.
pub(super) async fn caller(
    serving: &Serving,
    signed_in: &SignedIn,
    tenant: &str,
    request: Request,
) -> Result<(GitCaller, Request), Failure> {
    if request.headers().contains_key("signature-input") {
        let (agent, request) = agent_of(serving, request, LARGEST_OF_AGENT).await?;
        if agent.tenant != tenant {
            return Err(nothing(tenant));
        }
        return Ok((GitCaller::Agent(agent), request));
    }
    let (user, password) = basic(request.headers())?;
    let address = client_address(request.extensions(), request.headers(), serving.trusted_proxies());
    let origin = Origin { address };
    let app = serving.app();
    let token = [&password, &user].into_iter().find(|text| text.starts_with(secret::TOKEN_PREFIX));
    let actor = match token {
        Some(token) => app.token_actor(token, None, origin).await?,
        None => {
            // One clone is several requests: only those whose credentials were not good a moment ago count.
            let (now, pair) = (app.clock().now_ms(), secret::hash(&format!("{user}\n{password}")));
            if !signed_in.knows(&pair, now) {
                serving.limits().sign_in(&user, address)?;
            }
            let actor = app.password_actor(&user, &password, tenant, origin).await?;
            signed_in.note(pair, now);
            actor
        }
    };
    if actor.tenant != tenant {
        return Err(nothing(tenant));
    }
    Ok((GitCaller::Actor(actor), request))
}

/// Reading wants the least role, and of a token the scope `jobs:read`.
pub(super) fn may_read(actor: &Actor) -> Result<(), Failure> {
    if actor.may(Role::Viewer, Scope::JobsRead) {
        return Ok(());
    }
    Err(Failure::new(Code::MissingScope, "cloning wants the scope `jobs:read`"))
}

/// User and password of `Authorization: Basic`.
fn basic(headers: &HeaderMap) -> Result<(String, String), Failure> {
    let wanted = || {
        let detail = "give an API token as the password, or your e-mail address and password";
        Failure::new(Code::Unauthenticated, detail)
    };
    let value = headers.get(header::AUTHORIZATION).ok_or_else(wanted)?;
    let (scheme, text) = value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or_else(wanted)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(wanted());
    }
    let bytes = STANDARD.decode(text.trim()).map_err(|_| wanted())?;
    let pair = String::from_utf8(bytes).map_err(|_| wanted())?;
    let (user, password) = pair.split_once(':').ok_or_else(wanted)?;
    Ok((user.to_owned(), password.to_owned()))
}

/// The same for a tenant that is not and for one that is somebody else's.
fn nothing(tenant: &str) -> Failure {
    Failure::new(Code::NotFound, format!("no repositories of {tenant} are here for these credentials"))
}

/// The answer to a failure: Git asks for credentials when it is told which kind, and shows people a text that
/// is plain. Whoever signs is a program and reads the problem.
pub(super) fn challenge(failure: Failure, signed: bool) -> Response {
    let text = failure.problem.detail.clone().unwrap_or_else(|| failure.problem.title.clone());
    let mut response = failure.into_response();
    if !signed {
        response.extensions_mut().remove::<Problem>();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        *response.body_mut() = axum::body::Body::from(text + "\n");
    }
    if response.status() == axum::http::StatusCode::UNAUTHORIZED {
        let basic = HeaderValue::from_static("Basic realm=\"Crontopus\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
    }
    response
}

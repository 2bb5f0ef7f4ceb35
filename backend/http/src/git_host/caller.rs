use axum::extract::Request;
use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crontopus_app::access::{Actor, Origin, Role, Scope};
use crontopus_app::agents::AgentIdentity;
use crontopus_app::secret;

use super::refusal::Refusal;
use super::request::Service;
use super::state::GitHost;
use crate::access::{Row, Tokens, client_address, verify_signature};

/// The operation that agents sign for: fetching, whose requests are small.
const FETCH: &Row = &Row {
    operation: "git_fetch",
    anonymous: false,
    role: None,
    tokens: Tokens::None,
    agent: true,
    body_limit: 1 << 20,
    creates: false,
};

/// Who uses the Git host.
#[derive(Debug)]
pub(super) enum GitCaller {
    /// A person or a token.
    Actor(Box<Actor>),
    /// An enrolled host; it only reads.
    Agent(AgentIdentity),
}

impl GitCaller {
    /// For Git's own log of who pushed.
    pub(super) fn label(&self) -> &str {
        match self {
            Self::Actor(actor) => &actor.label,
            Self::Agent(agent) => &agent.name,
        }
    }
}

/// Who calls, in the tenant of the path. What belongs to another tenant is not there.
pub(super) async fn identify(
    host: &GitHost,
    tenant: &str,
    service: Service,
    request: Request,
) -> Result<(GitCaller, Request), Refusal> {
    let serving = host.serving();
    if request.headers().contains_key("signature-input") {
        if service.writes() {
            return Err(Refusal::Forbidden("agents only read".to_owned()));
        }
        let (agent, request) = verify_signature(FETCH, serving, request).await?;
        return if agent.0.tenant == tenant {
            Ok((GitCaller::Agent(agent.0), request))
        } else {
            Err(Refusal::NotFound)
        };
    }
    let address = client_address(request.extensions(), request.headers(), serving.trusted_proxies());
    let origin = Origin { address };
    let Some((user, password)) = basic(&request) else {
        let text = "sign in with an API token as the password, or with e-mail address and password";
        return Err(Refusal::Credentials(text.to_owned()));
    };
    let app = host.app();
    let token = [&password, &user].into_iter().find(|text| text.starts_with(secret::TOKEN_PREFIX));
    let actor = match token {
        Some(token) => app.token_actor(token, Some(tenant), origin).await?,
        None => {
            let known = secret::hash(&format!("{}\n{user}\n{password}", tenant.len()));
            if !host.has_signed_in(&known) {
                serving.limits().sign_in(&user, address)?;
            }
            let actor = app.password_actor(&user, &password, tenant, origin).await?;
            host.note_sign_in(known);
            actor
        }
    };
    Ok((GitCaller::Actor(Box::new(actor)), request))
}

/// Refuses who may not read jobs.
pub(super) fn may_read(actor: &Actor) -> Result<(), Refusal> {
    if actor.may(Role::Viewer, Scope::JobsRead) {
        return Ok(());
    }
    Err(Refusal::Forbidden("the token lacks the scope `jobs:read`".to_owned()))
}

/// User name and password of `Authorization: Basic`; the token of `Bearer` as a password.
fn basic(request: &Request) -> Option<(String, String)> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some((String::new(), credential.trim().to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(credential.trim()).ok()?).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use crontopus_api::Code;
use crontopus_app::access::{Actor, Origin};
use crontopus_app::agents::AgentIdentity;

use crate::failure::Failure;

/// Who calls, as the guard found.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Nobody known.
    Anonymous,
    /// A signed-in person.
    Person(Actor),
    /// A program with an API token.
    Token(Actor),
    /// An enrolled host.
    Agent(AgentCaller),
}

/// An enrolled host whose signature was verified.
#[derive(Debug, Clone)]
pub(crate) struct AgentCaller(pub(crate) AgentIdentity);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self::Anonymous))
    }
}

/// The person or token that calls; the guard has let nobody else through where the table wants one.
#[derive(Debug, Clone)]
pub(crate) struct Acting(pub(crate) Actor);

impl<S: Send + Sync> FromRequestParts<S> for Acting {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::Person(actor) | Caller::Token(actor)) => Ok(Self(actor.clone())),
            _ => Err(Failure::new(Code::Unauthenticated, "this needs a session or an API token")),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AgentCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::Agent(agent)) => Ok(agent.clone()),
            _ => Err(Failure::new(Code::Unauthenticated, "this needs an agent's signature")),
        }
    }
}

/// Where the request came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From(pub(crate) Origin);

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self(parts.extensions.get::<Origin>().copied().unwrap_or_default()))
    }
}

use std::net::IpAddr;

use crontopus_ids::{AgentId, SessionId, TenantId, TokenId, UserId};

use super::{Role, Scope};
use crate::{Error, Result};

/// Who acts in which tenant, as the credential says; every use case in a tenant is given one.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The tenant everything happens in.
    pub tenant_id: TenantId,
    /// Its slug.
    pub tenant: String,
    /// Who.
    pub principal: Principal,
    /// For the audit log: an e-mail address, `token <name>`, `agent <name>`.
    pub label: String,
    /// Where from.
    pub origin: Origin,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A signed-in person.
    Person {
        /// Who.
        user_id: UserId,
        /// By which session; absent when the password came with the request (Git).
        session_id: Option<SessionId>,
        /// What they are in the tenant.
        role: Role,
    },
    /// A program with an API token.
    Token {
        /// Which.
        token_id: TokenId,
        /// Who made it.
        user_id: UserId,
        /// What its maker is in the tenant now.
        role: Role,
        /// What it was made for.
        scopes: Vec<Scope>,
    },
    /// An enrolled host.
    Agent {
        /// Which.
        agent_id: AgentId,
    },
}

/// Where a request came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the client, behind trusted proxies the one they name.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// The role, if a person acts or acts through a token.
    pub fn role(&self) -> Option<Role> {
        match &self.principal {
            Principal::Person { role, .. } | Principal::Token { role, .. } => Some(*role),
            Principal::Agent { .. } => None,
        }
    }

    /// The person who acts or made the token.
    pub fn user_id(&self) -> Option<UserId> {
        match &self.principal {
            Principal::Person { user_id, .. } | Principal::Token { user_id, .. } => Some(*user_id),
            Principal::Agent { .. } => None,
        }
    }

    /// The scopes of the token, if one is used.
    pub fn scopes(&self) -> Option<&[Scope]> {
        match &self.principal {
            Principal::Token { scopes, .. } => Some(scopes),
            _ => None,
        }
    }

    /// Whether the actor may do what wants `role`, and `scope` if it is a token.
    pub fn may(&self, role: Role, scope: Scope) -> bool {
        self.role().is_some_and(|own| own >= role) && self.scopes().is_none_or(|own| own.contains(&scope))
    }

    /// Refuses to give away `role` when it is above the actor's own.
    pub fn grants_role(&self, role: Role) -> Result<()> {
        if self.role().is_some_and(|own| own >= role) {
            Ok(())
        } else {
            Err(Error::forbidden(format!("nobody gives or takes a role above their own; `{role}` is")))
        }
    }

    /// Refuses to give away `scope` when the actor does not have it.
    pub fn grants_scope(&self, scope: Scope) -> Result<()> {
        if self.may(scope.least_role(), scope) {
            Ok(())
        } else {
            Err(Error::forbidden(format!("a token never exceeds its maker; `{scope}` would")))
        }
    }
}

use crontopus_ids::TenantId;
use crontopus_store::{Membership, User};

use crate::access::{Actor, Role, Scope};
use crate::{App, Error, Result};

/// Who calls, by what credential, and in which tenant.
#[derive(Debug, Clone)]
pub struct WhoAmI {
    /// The person, or who made the token.
    pub user: Option<User>,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its slug.
    pub tenant: String,
    /// The role in it.
    pub role: Role,
    /// The scopes of the token.
    pub scopes: Option<Vec<Scope>>,
    /// Every tenant of the person; of a token its own alone.
    pub memberships: Vec<Membership>,
}

impl App {
    /// Who calls.
    pub async fn who_am_i(&self, actor: &Actor) -> Result<WhoAmI> {
        let (Some(user_id), Some(role)) = (actor.user_id(), actor.role()) else {
            return Err(Error::forbidden("an agent is not a person"));
        };
        let mut read = self.look_up().await?;
        let user = read.find_user(user_id).await?;
        let mut memberships = read.list_memberships(user_id).await?;
        if actor.scopes().is_some() {
            memberships.retain(|m| m.tenant_id == actor.tenant_id);
        }
        Ok(WhoAmI {
            user,
            tenant_id: actor.tenant_id,
            tenant: actor.tenant.clone(),
            role,
            scopes: actor.scopes().map(<[Scope]>::to_vec),
            memberships,
        })
    }
}

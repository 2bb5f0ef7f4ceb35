use crontopus_ids::TenantId;
use crontopus_store::{Membership, SystemScope, TenantScope, User};

use crate::access::{Actor, Origin, Principal, Role, Scope};
use crate::{App, Error, Result, secret};

/// A token's use is noted at most once in this many milliseconds.
const TOUCH_EVERY_MS: i64 = 60_000;
/// A session's end is put off at most once in this many milliseconds.
const EXTEND_EVERY_MS: i64 = 3_600_000;

const UNKNOWN_TOKEN: Error = Error::Unauthenticated("the API token is not known, or was revoked");

impl App {
    /// Who the session of a cookie is, in the tenant that is asked for by its slug, or in the first one.
    pub async fn session_actor(&self, secret: &str, tenant: Option<&str>, origin: Origin) -> Result<Actor> {
        let now = self.now_ms();
        let mut read = self.look_up().await?;
        let ended = Error::Unauthenticated("the session has ended; sign in again");
        let Some(session) = read.find_session(&secret::hash(secret)).await? else { return Err(ended) };
        if session.expires_at <= now {
            return Err(ended);
        }
        let Some(user) = read.find_user(session.user_id).await? else { return Err(ended) };
        let memberships = read.list_memberships(user.id).await?;
        if memberships.is_empty() {
            return Err(Error::Unauthenticated("you belong to no tenant any more; ask for an invitation"));
        }
        let membership = choose(memberships, tenant)?;
        drop(read);
        if now - session.seen_at >= EXTEND_EVERY_MS {
            let mut tx = self.sign_in_tx().await?;
            tx.extend_session(session.id, now, now + self.session_ms()).await?;
            tx.commit().await?;
        }
        let role = role(&membership)?;
        let principal = Principal::Person { user_id: user.id, session_id: Some(session.id), role };
        Ok(person(user, membership, principal, origin))
    }

    /// Who an API token speaks for. A token works in its own tenant alone, with no more rights than its maker
    /// has now; when the maker has left it is worth nothing.
    pub async fn token_actor(&self, token: &str, tenant: Option<&str>, origin: Origin) -> Result<Actor> {
        if !secret::is_api_token(token) {
            return Err(Error::Unauthenticated("this is not an API token, or it is cut or mistyped"));
        }
        let now = self.now_ms();
        let Some(bearer) = self.bearers.find(secret::hash(token)).await? else { return Err(UNKNOWN_TOKEN) };
        if bearer.expires_at.is_some_and(|at| at <= now) {
            return Err(Error::Unauthenticated("the API token has expired"));
        }
        let Some(role) = bearer.role.as_deref().and_then(|r| r.parse::<Role>().ok()) else {
            return Err(UNKNOWN_TOKEN);
        };
        if tenant.is_some_and(|wanted| wanted != bearer.slug) {
            return Err(Error::not_found(format!("tenant {}", tenant.unwrap_or_default())));
        }
        if bearer.used_at.is_none_or(|at| now - at >= TOUCH_EVERY_MS) {
            let mut tx = self.store.begin(TenantScope::of(bearer.tenant_id)).await?;
            tx.touch_token(bearer.id, now).await?;
            tx.commit().await?;
        }
        let scopes: Vec<Scope> = bearer.scopes.iter().filter_map(|s| s.parse().ok()).collect();
        Ok(Actor {
            tenant_id: bearer.tenant_id,
            tenant: bearer.slug,
            label: format!("token {}", bearer.name),
            principal: Principal::Token { token_id: bearer.id, user_id: bearer.user_id, role, scopes },
            origin,
        })
    }

    /// Who signs in with address and password for one request, as Git clients do.
    pub async fn password_actor(
        &self,
        email: &str,
        password: &str,
        tenant: &str,
        origin: Origin,
    ) -> Result<Actor> {
        let user = self.verify_password(email, password).await?;
        if self.has_second_factor(user.id).await? {
            return Err(Error::Unauthenticated(
                "your account has a second factor: give an API token as the password",
            ));
        }
        let memberships = self.look_up().await?.list_memberships(user.id).await?;
        let membership = choose(memberships, Some(tenant))?;
        let role = role(&membership)?;
        let principal = Principal::Person { user_id: user.id, session_id: None, role };
        Ok(person(user, membership, principal, origin))
    }

    /// The person with this address and password; as much work when there is none.
    pub(crate) async fn verify_password(&self, email: &str, password: &str) -> Result<User> {
        if password.len() > 4096 {
            return Err(Error::InvalidCredentials);
        }
        let mut read = self.store.read(SystemScope::for_sign_in()).await?;
        let user = read.find_user_by_email(email).await?;
        drop(read);
        let stored = user.as_ref().map(|u| u.password_hash.clone());
        let fits = self.hasher.verify(password.to_owned(), stored).await?;
        user.filter(|_| fits).ok_or(Error::InvalidCredentials)
    }

    /// The tenant of a slug, for what is reached without a session.
    pub async fn tenant_by_slug(&self, slug: &str) -> Result<TenantId> {
        let tenant = self.look_up().await?.find_tenant_by_slug(slug).await?;
        tenant.map(|t| t.id).ok_or_else(|| Error::not_found(format!("tenant {slug}")))
    }

    pub(crate) fn session_ms(&self) -> i64 {
        i64::from(self.settings.session_days) * 86_400_000
    }
}

fn person(user: User, membership: Membership, principal: Principal, origin: Origin) -> Actor {
    Actor { tenant_id: membership.tenant_id, tenant: membership.slug, principal, label: user.email, origin }
}

/// The wanted membership; a tenant the person does not belong to does not exist for them.
fn choose(memberships: Vec<Membership>, tenant: Option<&str>) -> Result<Membership> {
    match tenant {
        Some(slug) => memberships
            .into_iter()
            .find(|m| m.slug == slug)
            .ok_or_else(|| Error::not_found(format!("tenant {slug}"))),
        None => memberships
            .into_iter()
            .next()
            .ok_or_else(|| Error::forbidden("you belong to no tenant; ask for an invitation")),
    }
}

fn role(membership: &Membership) -> Result<Role> {
    membership.role.parse().map_err(|e| Error::internal("reading a member's role", e))
}

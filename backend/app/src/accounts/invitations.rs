use crontopus_ids::{InvitationId, UserId};
use crontopus_store::{Invitation, Listed, Paging, SystemTx, TenantScope, User};

use super::SignedIn;
use super::sign_up::taken;
use crate::access::{Actor, Origin, Role};
use crate::names::{check_email, check_label};
use crate::password::check_password;
use crate::{App, Deed, Error, Result, secret};

/// An invitation lasts this long.
const LASTS_MS: i64 = 7 * 86_400_000;

/// A fresh invitation.
#[derive(Debug, Clone)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Shown this once.
    pub secret: String,
}

/// Somebody who accepts an invitation.
#[derive(Debug, Clone)]
pub struct Accept {
    /// From the invitation.
    pub secret: String,
    /// For a new account.
    pub name: Option<String>,
    /// A new account's, or the existing account's own.
    pub password: String,
    /// A code of the existing account's second factor.
    pub code: Option<String>,
}

impl App {
    /// Invitations that wait to be accepted.
    pub async fn list_invitations(&self, actor: &Actor, paging: &Paging) -> Result<Listed<Invitation>> {
        Ok(self.read(actor.tenant_id).await?.list_invitations(self.now_ms(), paging).await?)
    }

    /// Invites somebody to join with a role.
    pub async fn create_invitation(
        &self,
        actor: &Actor,
        email: String,
        role: Role,
    ) -> Result<CreatedInvitation> {
        check_email("/email", &email)?;
        actor.grants_role(role)?;
        let (now, secret) = (self.now_ms(), secret::random(self.entropy.as_ref()));
        let invitation = Invitation {
            tenant_id: actor.tenant_id,
            id: InvitationId::from_parts(now, self.random()),
            email,
            role: role.as_str().to_owned(),
            created_at: now,
            expires_at: now + LASTS_MS,
        };
        let mut tx = self.begin(actor.tenant_id).await?;
        tx.create_invitation(&invitation, &secret::hash(&secret)).await?;
        let deed = Deed::new("create_invitation", &invitation.email).detail(format!("as {role}"));
        tx.create_audit(&self.audit_line(actor, deed)).await?;
        tx.commit().await?;
        Ok(CreatedInvitation { invitation, secret })
    }

    /// Takes an invitation back.
    pub async fn delete_invitation(&self, actor: &Actor, id: InvitationId) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        if !tx.delete_invitation(id).await? {
            return Err(Error::not_found(format!("invitation {id}")));
        }
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_invitation", &id.to_string()))).await?;
        Ok(tx.commit().await?)
    }

    /// Joins the tenant that invited, with a new account or the one the address has.
    pub async fn accept_invitation(&self, origin: Origin, accept: Accept) -> Result<SignedIn> {
        let unknown = || Error::not_found("such invitation; it may have ended or been used");
        let now = self.now_ms();
        let mut read = self.look_up().await?;
        let invitation = read.find_invitation(&secret::hash(&accept.secret)).await?.ok_or_else(unknown)?;
        let known = read.find_user_by_email(&invitation.email).await?;
        drop(read);
        if invitation.expires_at <= now {
            return Err(unknown());
        }
        let code = accept.code.clone();
        let user = match known {
            Some(user) => {
                self.verify_password(&user.email, &accept.password).await?;
                Err(user)
            }
            None => Ok(self.new_user(&invitation, accept).await?),
        };
        let mut tx = self.sign_in_tx().await?;
        if let Err(user) = &user {
            self.pass_second_factor(&mut tx, user.id, code.as_deref()).await?;
        }
        if !tx.use_invitation(&invitation).await? {
            return Err(unknown());
        }
        if let Ok(user) = &user {
            tx.create_user(user).await.map_err(|e| taken(e, "/email", "this address has an account"))?;
        }
        let user = user.unwrap_or_else(|user| user);
        self.join(&mut tx, &invitation, &user, origin).await?;
        let session = self.start_session(&mut tx, user.id).await?;
        tx.commit().await?;
        let tenant = self.store.read(TenantScope::of(invitation.tenant_id)).await?.get_tenant().await?;
        self.signed_in(session, Some(&tenant.slug), origin).await
    }

    async fn join(
        &self,
        tx: &mut SystemTx,
        invitation: &Invitation,
        user: &User,
        origin: Origin,
    ) -> Result<()> {
        let (tenant, now) = (invitation.tenant_id, self.now_ms());
        tx.create_member_of(tenant, user.id, &invitation.role, now)
            .await
            .map_err(|e| taken(e, "/secret", "you belong to this tenant already"))?;
        let deed = Deed::new("accept_invitation", &user.email).detail(format!("as {}", invitation.role));
        tx.create_audit_of(tenant, &self.line(&user.email, origin, deed)).await?;
        Ok(())
    }

    async fn new_user(&self, invitation: &Invitation, accept: Accept) -> Result<User> {
        let Some(name) = accept.name else {
            return Err(Error::invalid("/name", "a new account needs a name"));
        };
        check_label("/name", &name)?;
        check_password(&accept.password, &invitation.email)?;
        let now = self.now_ms();
        let password_hash = self.hasher.hash(accept.password, self.random()).await?;
        let id = UserId::from_parts(now, self.random());
        Ok(User { id, email: invitation.email.clone(), name, password_hash, created_at: now })
    }
}

use crontopus_ids::{TenantId, UserId};
use crontopus_store::{StoreError, Tenant, User};

use super::SignedIn;
use crate::access::{Origin, Role};
use crate::names::{check_email, check_label, check_slug};
use crate::password::check_password;
use crate::{App, Deed, Error, Result};

/// Somebody who signs up.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Name.
    pub name: String,
    /// Slug of the tenant that is made for them.
    pub tenant: String,
}

impl App {
    /// Makes an account, its tenant, and a session.
    pub async fn sign_up(&self, origin: Origin, new: NewAccount) -> Result<SignedIn> {
        check_email("/email", &new.email)?;
        check_label("/name", &new.name)?;
        check_slug("/tenant", &new.tenant)?;
        check_password(&new.password, &new.email)?;
        self.check_sign_up_is_open().await?;
        let now = self.now_ms();
        let password_hash = self.hasher.hash(new.password, self.random()).await?;
        let (name, email) = (new.name.trim().to_owned(), new.email);
        let user =
            User { id: UserId::from_parts(now, self.random()), email, name, password_hash, created_at: now };
        let tenant = Tenant {
            id: TenantId::from_parts(now, self.random()),
            slug: new.tenant.clone(),
            name: new.tenant,
            timezone: "UTC".to_owned(),
            created_at: now,
        };
        let mut tx = self.sign_in_tx().await?;
        tx.create_user(&user)
            .await
            .map_err(|e| taken(e, "/email", "this address has an account; sign in"))?;
        tx.create_tenant(&tenant).await.map_err(|e| taken(e, "/tenant", "this name is taken"))?;
        tx.create_member_of(tenant.id, user.id, Role::Owner.as_str(), now).await?;
        let deed = Deed::new("sign_up", &tenant.slug);
        tx.create_audit_of(tenant.id, &self.line(&user.email, origin, deed)).await?;
        let session = self.start_session(&mut tx, user.id).await?;
        tx.commit().await?;
        self.signed_in(session, Some(&tenant.slug), origin).await
    }

    /// Sign-up may be closed; the very first account can always be made.
    async fn check_sign_up_is_open(&self) -> Result<()> {
        if self.settings.open_sign_up || !self.look_up().await?.has_users().await? {
            return Ok(());
        }
        Err(Error::forbidden("sign-up is closed on this server; ask for an invitation"))
    }
}

/// A unique index that says no, as what the person can mend.
pub(super) fn taken(error: StoreError, field: &'static str, detail: &'static str) -> Error {
    match error {
        StoreError::Conflict { .. } => Error::Conflict(format!("{}: {detail}", &field[1..])),
        error => error.into(),
    }
}

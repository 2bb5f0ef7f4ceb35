use crontopus_ids::{SessionId, UserId};
use crontopus_store::{Session, SystemTx};

use super::WhoAmI;
use crate::access::{Actor, Origin, Principal};
use crate::{App, Deed, Result, secret};

/// A fresh session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie; shown this once.
    pub secret: String,
    /// Seconds the cookie lasts.
    pub max_age: i64,
    /// Who.
    pub me: WhoAmI,
}

/// By what somebody signs in.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// E-mail address.
    pub email: &'a str,
    /// Password.
    pub password: &'a str,
    /// A code of the second factor, where one is in force.
    pub code: Option<&'a str>,
}

impl App {
    /// Begins a session for who knows the password, and has a code where a second factor is in force.
    pub async fn sign_in(&self, origin: Origin, credentials: Credentials<'_>) -> Result<SignedIn> {
        let user = self.verify_password(credentials.email, credentials.password).await?;
        let mut tx = self.sign_in_tx().await?;
        self.pass_second_factor(&mut tx, user.id, credentials.code).await?;
        let session = self.start_session(&mut tx, user.id).await?;
        for membership in tx.list_memberships(user.id).await? {
            let line = self.line(&user.email, origin, Deed::new("sign_in", &membership.slug));
            tx.create_audit_of(membership.tenant_id, &line).await?;
        }
        tx.commit().await?;
        self.signed_in(session, None, origin).await
    }

    /// Ends the session that was used.
    pub async fn sign_out(&self, actor: &Actor) -> Result<()> {
        let Principal::Person { session_id: Some(id), .. } = actor.principal else { return Ok(()) };
        let mut tx = self.sign_in_tx().await?;
        tx.delete_session(id).await?;
        let line = self.audit_line(actor, Deed::new("sign_out", &actor.tenant));
        tx.create_audit_of(actor.tenant_id, &line).await?;
        Ok(tx.commit().await?)
    }

    /// Writes a session into the transaction; its secret.
    pub(super) async fn start_session(&self, tx: &mut SystemTx, user_id: UserId) -> Result<String> {
        let (now, secret) = (self.now_ms(), secret::random(self.entropy.as_ref()));
        let session = Session {
            id: SessionId::from_parts(now, self.random()),
            user_id,
            created_at: now,
            seen_at: now,
            expires_at: now + self.session_ms(),
        };
        tx.create_session(&session, &secret::hash(&secret)).await?;
        Ok(secret)
    }

    /// What is answered with a fresh session.
    pub(super) async fn signed_in(
        &self,
        secret: String,
        tenant: Option<&str>,
        origin: Origin,
    ) -> Result<SignedIn> {
        let actor = self.session_actor(&secret, tenant, origin).await?;
        let me = self.who_am_i(&actor).await?;
        Ok(SignedIn { secret, max_age: self.session_ms() / 1000, me })
    }
}

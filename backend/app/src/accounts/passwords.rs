//! Other passwords: for who forgot theirs, by a link in a mail, and for who knows it.

use std::sync::Arc;

use crontopus_ids::UserId;
use crontopus_store::{PasswordReset, SystemTx, User};

use super::letters;
use crate::access::{Actor, Origin, Principal};
use crate::names::check_email;
use crate::password::check_password;
use crate::{App, Deed, Error, Result, secret};

/// How the audit log calls who asks for a link: whoever knows the address can.
const ANYBODY: &str = "anybody";
/// A link lasts this long.
const LASTS_MS: i64 = 3_600_000;

impl App {
    /// Sends who has this address a link to set another password. Nothing is looked up before this answers, so neither
    /// the answer nor its time says whether there is such an account.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the service has no mail server, [`Error::Unavailable`] when too many wait.
    pub fn request_password_reset(self: &Arc<Self>, origin: Origin, email: String) -> Result<()> {
        check_email("/email", &email)?;
        if !self.courier.has_mail() {
            return Err(Error::conflict(
                "this server sends no mail; whoever runs it can make a link with `crontopus-server user reset-password`",
            ));
        }
        let turn = self.letters.turn()?;
        let app = Arc::clone(self);
        self.tasks().spawn(async move {
            if let Err(error) = app.mail_password_reset(origin, &email).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "a link for another password could not be made");
            }
            drop(turn);
        });
        Ok(())
    }

    async fn mail_password_reset(&self, origin: Origin, email: &str) -> Result<()> {
        let Some(user) = self.look_up().await?.find_user_by_email(email).await? else {
            tracing::debug!("another password was asked for an address that has no account");
            return Ok(());
        };
        let link = self.create_password_reset(&user, ANYBODY, origin).await?;
        let server = &self.settings.public_url;
        self.deliver(&letters::reset(&user.email, server, link, origin, self.random())).await;
        Ok(())
    }

    /// A link with which the person sets another password, asked for by `who`.
    pub(super) async fn create_password_reset(
        &self,
        user: &User,
        who: &str,
        origin: Origin,
    ) -> Result<String> {
        let (now, secret) = (self.now_ms(), secret::random(self.entropy.as_ref()));
        let reset = PasswordReset { user_id: user.id, created_at: now, expires_at: now + LASTS_MS };
        let mut tx = self.sign_in_tx().await?;
        tx.create_password_reset(&reset, &secret::hash(&secret)).await?;
        let deed = Deed::new("request_password_reset", &user.email);
        self.audit_in_all(&mut tx, user.id, who, origin, &deed).await?;
        tx.commit().await?;
        // Behind the `#` it reaches no server's log and no other site.
        Ok(format!("{}/reset-password#{secret}", self.settings.public_url))
    }

    /// Sets another password by the secret of a link, which is used up, as are all others of the person. Their sessions
    /// end; API tokens stay, and so does the second factor.
    pub async fn reset_password(
        self: &Arc<Self>,
        origin: Origin,
        secret: &str,
        password: String,
    ) -> Result<()> {
        let unknown = || Error::not_found("such link; it may have ended, or been used");
        let (now, hash) = (self.now_ms(), secret::hash(secret));
        let mut read = self.look_up().await?;
        let reset = read.find_password_reset(&hash).await?.filter(|reset| reset.expires_at > now);
        let reset = reset.ok_or_else(unknown)?;
        let user = read.find_user(reset.user_id).await?.ok_or_else(unknown)?;
        drop(read);
        check_password(&password, &user.email)?;
        let password_hash = self.hasher.hash(password, self.random()).await?;
        let mut tx = self.sign_in_tx().await?;
        tx.set_password(user.id, &password_hash).await?;
        if !tx.use_password_reset(&hash, now).await? {
            return Err(unknown());
        }
        tx.delete_password_resets(user.id).await?;
        tx.delete_sessions_of(user.id).await?;
        let deed = Deed::new("reset_password", &user.email);
        self.audit_in_all(&mut tx, user.id, &user.email, origin, &deed).await?;
        tx.commit().await?;
        self.tell_of_password(user, origin);
        Ok(())
    }

    /// Sets another password for who knows the present one. Their other sessions end, and links to set one.
    pub async fn change_password(self: &Arc<Self>, actor: &Actor, password: &str, new: String) -> Result<()> {
        let user = self.sure_person(actor, password).await?;
        let Principal::Person { session_id: Some(session), .. } = actor.principal else {
            return Err(Error::forbidden("only a signed-in person does this"));
        };
        check_password(&new, &user.email).map_err(of_new)?;
        let password_hash = self.hasher.hash(new, self.random()).await?;
        let mut tx = self.sign_in_tx().await?;
        tx.set_password(user.id, &password_hash).await?;
        tx.delete_password_resets(user.id).await?;
        tx.delete_other_sessions(user.id, session).await?;
        let deed = Deed::new("change_password", &user.email);
        self.audit_in_all(&mut tx, user.id, &actor.label, actor.origin, &deed).await?;
        tx.commit().await?;
        self.tell_of_password(user, actor.origin);
        Ok(())
    }

    /// Tells a person that their password is another one, so that it is noticed when it was not they who changed it.
    fn tell_of_password(self: &Arc<Self>, user: User, origin: Origin) {
        if let (true, Ok(turn)) = (self.courier.has_mail(), self.letters.turn()) {
            let app = Arc::clone(self);
            self.tasks().spawn(async move {
                let server = &app.settings.public_url;
                app.deliver(&letters::changed(&user.email, server, origin, app.random())).await;
                drop(turn);
            });
        }
    }

    /// Writes into the audit log of every tenant a person belongs to.
    pub(super) async fn audit_in_all(
        &self,
        tx: &mut SystemTx,
        user: UserId,
        who: &str,
        origin: Origin,
        deed: &Deed<'_>,
    ) -> Result<()> {
        for membership in tx.list_memberships(user).await? {
            tx.create_audit_of(membership.tenant_id, &self.line(who, origin, deed.clone())).await?;
        }
        Ok(())
    }
}

/// A weak password is wrong with the field that holds the new one.
fn of_new(error: Error) -> Error {
    match error {
        Error::WeakPassword(why) => Error::invalid("/new_password", why),
        error => error,
    }
}

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crontopus_ids::{PasskeyId, UserId};
use crontopus_store::{Passkey, SystemTx};
use serde_json::Value;

use super::PATIENCE_MS;
use crate::access::Actor;
use crate::accounts::second_factor::person;
use crate::accounts::sign_up::taken;
use crate::names::check_label;
use crate::webauthn::{Person, Registration, Unfit};
use crate::{App, Deed, Error, Result};

/// Passkeys of one person.
const MANY: usize = 20;

impl App {
    /// The passkeys of who calls, oldest first.
    pub async fn list_passkeys(&self, actor: &Actor) -> Result<Vec<Passkey>> {
        Ok(self.look_up().await?.list_passkeys(person(actor)?).await?)
    }

    /// Begins a passkey for who knows the password: options of `navigator.credentials.create`.
    pub async fn begin_passkey(&self, actor: &Actor, password: &str) -> Result<Value> {
        let party = self.relying_party()?;
        let user = self.sure_person(actor, password).await?;
        let own = self.look_up().await?.list_passkeys(user.id).await?;
        if own.len() >= MANY {
            return Err(Error::conflict(format!("{MANY} passkeys are enough; remove one first")));
        }
        let own: Vec<String> = own.into_iter().map(|one| one.credential_id).collect();
        let challenge = self.new_challenge(Some(user.id)).await?;
        let handle = user.id.uuid();
        let person = Person { handle: handle.as_bytes(), email: &user.email, name: &user.name };
        Ok(party.creation(&challenge, person, &own, PATIENCE_MS))
    }

    /// Keeps the passkey that an authenticator made.
    pub async fn create_passkey(&self, actor: &Actor, name: String, credential: Value) -> Result<Passkey> {
        let (party, user_id, now) = (self.relying_party()?, person(actor)?, self.now_ms());
        check_label("/name", &name)?;
        let answer: Registration = super::answer(credential)?;
        let challenge = party.challenge_of_creation(&answer).map_err(unfit)?;
        self.take_challenge(&challenge, Some(user_id)).await?;
        let made = party.register(&answer).map_err(unfit)?;
        let passkey = Passkey {
            user_id,
            id: PasskeyId::from_parts(now, self.random()),
            credential_id: URL_SAFE_NO_PAD.encode(answer.id()),
            credential: super::kept(&made)?,
            name: name.trim().to_owned(),
            created_at: now,
            used_at: None,
        };
        let mut tx = self.sign_in_tx().await?;
        tx.create_passkey(&passkey)
            .await
            .map_err(|e| taken(e, "/credential", "this passkey is there already"))?;
        self.audit_passkey(&mut tx, actor, user_id, ("create_passkey", &passkey.name)).await?;
        tx.commit().await?;
        Ok(passkey)
    }

    /// Calls a passkey otherwise.
    pub async fn rename_passkey(&self, actor: &Actor, id: PasskeyId, name: String) -> Result<Passkey> {
        let user_id = person(actor)?;
        check_label("/name", &name)?;
        let mut tx = self.sign_in_tx().await?;
        tx.rename_passkey(user_id, id, name.trim()).await?;
        let own = tx.list_passkeys(user_id).await?;
        let renamed = own.into_iter().find(|one| one.id == id).ok_or_else(|| unknown(id))?;
        tx.commit().await?;
        Ok(renamed)
    }

    /// Takes a passkey away: nobody signs in with it any more.
    pub async fn delete_passkey(&self, actor: &Actor, id: PasskeyId) -> Result<()> {
        let user_id = person(actor)?;
        let mut tx = self.sign_in_tx().await?;
        let own = tx.list_passkeys(user_id).await?;
        let gone = own.into_iter().find(|one| one.id == id).ok_or_else(|| unknown(id))?;
        if !tx.delete_passkey(user_id, id).await? {
            return Err(unknown(id));
        }
        self.audit_passkey(&mut tx, actor, user_id, ("delete_passkey", &gone.name)).await?;
        Ok(tx.commit().await?)
    }

    async fn audit_passkey(
        &self,
        tx: &mut SystemTx,
        actor: &Actor,
        user: UserId,
        (action, name): (&'static str, &str),
    ) -> Result<()> {
        let deed = Deed::new(action, &actor.label).detail(name);
        self.audit_in_all(tx, user, &actor.label, actor.origin, &deed).await
    }
}

/// The answer does not fit; why is for the log.
fn unfit(error: Unfit) -> Error {
    tracing::info!(%error, "a passkey is not what was asked for");
    Error::invalid("/credential", "it is not what was asked for; try again")
}

fn unknown(id: PasskeyId) -> Error {
    Error::not_found(format!("passkey {id}"))
}

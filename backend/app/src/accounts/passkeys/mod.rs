//! Passkeys: keys on a person's devices, with which they sign in without a password. A device asks for its owner's face,
//! finger or PIN before it signs, so one is two factors at once. What they prove is judged in [`crate::webauthn`].

mod manage;
mod sign_in;

use crontopus_ids::UserId;
use crontopus_store::PasskeyChallenge;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::webauthn::{Credential, RelyingParty};
use crate::{App, Error, Result, secret};

/// So long a person has for what their browser asks.
const PATIENCE_MS: i64 = 300_000;

impl App {
    /// The service as authenticators know it.
    fn relying_party(&self) -> Result<&RelyingParty> {
        self.relying_party.as_ref().ok_or_else(|| {
            Error::conflict(
                "passkeys belong to a server by its name, and this one is reached by an address of digits; whoever runs \
                 it can set `public_url`",
            )
        })
    }

    /// Something to sign that nobody was asked to sign before. `user_id` is who makes a passkey.
    async fn new_challenge(&self, user_id: Option<UserId>) -> Result<String> {
        let challenge = secret::random(self.entropy.as_ref());
        let asked = PasskeyChallenge { user_id, expires_at: self.now_ms() + PATIENCE_MS };
        let mut tx = self.sign_in_tx().await?;
        tx.create_passkey_challenge(&asked, &secret::hash(&challenge)).await?;
        tx.commit().await?;
        Ok(challenge)
    }

    /// Whether this was asked and not answered before. It is used up, whatever the answer is worth.
    async fn take_challenge(&self, challenge: &str, user_id: Option<UserId>) -> Result<()> {
        let mut tx = self.sign_in_tx().await?;
        let asked = tx.take_passkey_challenge(&secret::hash(challenge)).await?;
        tx.commit().await?;
        match asked.is_some_and(|asked| asked.user_id == user_id && asked.expires_at > self.now_ms()) {
            true => Ok(()),
            false => Err(Error::invalid("/credential", "it was not asked for, or too long ago; try again")),
        }
    }
}

/// What a browser answered.
fn answer<T: DeserializeOwned>(credential: Value) -> Result<T> {
    let wrong = |e| Error::invalid("/credential", format!("no answer of `navigator.credentials`: {e}"));
    serde_json::from_value(credential).map_err(wrong)
}

/// What is kept of a passkey, as text.
fn kept(credential: &Credential) -> Result<String> {
    serde_json::to_string(credential).map_err(|e| Error::internal("keeping a passkey", e))
}

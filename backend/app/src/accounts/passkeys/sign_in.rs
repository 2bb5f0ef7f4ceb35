use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::PATIENCE_MS;
use crate::access::Origin;
use crate::accounts::SignedIn;
use crate::webauthn::{Assertion, Unfit};
use crate::{App, Deed, Error, Result};

impl App {
    /// Begins to sign somebody in with whatever passkey their devices have for this server: options of
    /// `navigator.credentials.get`.
    pub async fn begin_passkey_sign_in(&self) -> Result<Value> {
        let party = self.relying_party()?;
        Ok(party.request(&self.new_challenge(None).await?, PATIENCE_MS))
    }

    /// Begins a session for who has a passkey. No code is asked for: the device has made sure whose hand it is in.
    pub async fn sign_in_with_passkey(&self, origin: Origin, credential: Value) -> Result<SignedIn> {
        let party = self.relying_party()?;
        let answer: Assertion = super::answer(credential)?;
        let challenge = party.challenge_of_request(&answer).map_err(unfit)?;
        self.take_challenge(&challenge, None).await?;
        let mut read = self.look_up().await?;
        let found = read.find_passkey(&URL_SAFE_NO_PAD.encode(answer.id())).await?;
        let found = found.ok_or(Error::InvalidPasskey)?;
        let user = read.find_user(found.user_id).await?.ok_or(Error::InvalidPasskey)?;
        drop(read);
        let known =
            serde_json::from_str(&found.credential).map_err(|e| Error::internal("reading a passkey", e))?;
        let after = party.verify(&answer, &known, user.id.uuid().as_bytes()).map_err(unfit)?;
        let mut tx = self.sign_in_tx().await?;
        if !tx.use_passkey(&found, &super::kept(&after)?, self.now_ms()).await? {
            return Err(Error::InvalidPasskey);
        }
        let session = self.start_session(&mut tx, user.id).await?;
        for membership in tx.list_memberships(user.id).await? {
            let deed =
                Deed::new("sign_in", &membership.slug).detail(format!("with the passkey {}", found.name));
            tx.create_audit_of(membership.tenant_id, &self.line(&user.email, origin, deed)).await?;
        }
        tx.commit().await?;
        self.signed_in(session, None, origin).await
    }
}

/// The answer does not fit; why is for the log.
fn unfit(error: Unfit) -> Error {
    tracing::info!(%error, "a passkey does not let in");
    Error::InvalidPasskey
}

//! What a passkey proves (WebAuthn Level 3): the options a browser is given, and what its answer is held against.
//!
//! No attestation is asked for, so whoever made the authenticator is not looked at. What is left is one signature over two
//! hashes, the comparisons of sections 7.1 and 7.2, and the little CBOR that a public key is written in.

mod authenticator;
mod browser;
mod cbor;
mod key;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use authenticator::AuthenticatorData;
use browser::Ceremony;
pub(crate) use browser::{Assertion, Bytes, Registration};
pub(crate) use key::PublicKey;

/// An answer that does not fit, and why; for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unfit(&'static str);

/// What is kept of a passkey to verify what it signs. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credential {
    /// Its public key.
    pub(crate) key: PublicKey,
    /// How often its authenticator has signed; zero when that does not count.
    pub(crate) counter: u32,
    /// Whether it may be copied to a person's other devices.
    pub(crate) may_be_copied: bool,
}

/// Whom a passkey is made for, as the authenticator shows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    /// Comes back when they sign in.
    pub(crate) handle: &'a [u8],
    /// E-mail address.
    pub(crate) email: &'a str,
    /// Name.
    pub(crate) name: &'a str,
}

/// The service as authenticators know it: by the name in its public address, and by that address.
#[derive(Debug)]
pub(crate) struct RelyingParty {
    name: String,
    hash: [u8; 32],
    origin: String,
}

impl RelyingParty {
    /// Of the service at this address; `None` when that is one of digits, for which no authenticator makes a key.
    pub(crate) fn at(public_url: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let name = url.domain()?.to_owned();
        let hash = Sha256::digest(&name).into();
        Some(Self { name, hash, origin: url.origin().ascii_serialization() })
    }

    /// Options of `navigator.credentials.create`. An authenticator that has one of the keys called `own` makes none.
    pub(crate) fn creation(
        &self,
        challenge: &str,
        person: Person<'_>,
        own: &[String],
        patience_ms: i64,
    ) -> Value {
        let keys = PublicKey::ALGORITHMS.map(|alg| json!({"type": "public-key", "alg": alg}));
        let own: Vec<Value> = own.iter().map(|id| json!({"type": "public-key", "id": id})).collect();
        json!({
            "rp": {"id": self.name, "name": "Crontopus"},
            "user": {
                "id": Bytes(person.handle.to_vec()), "name": person.email, "displayName": person.name,
            },
            "challenge": challenge,
            "pubKeyCredParams": keys,
            "timeout": patience_ms,
            "excludeCredentials": own,
            "authenticatorSelection": {
                "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
            },
            "attestation": "none",
        })
    }

    /// Options of `navigator.credentials.get`, for whatever key there is.
    pub(crate) fn request(&self, challenge: &str, patience_ms: i64) -> Value {
        json!({
            "challenge": challenge,
            "timeout": patience_ms,
            "rpId": self.name,
            "allowCredentials": [],
            "userVerification": "required",
        })
    }

    /// The challenge that a new passkey answers, which must have been asked and not answered before.
    pub(crate) fn challenge_of_creation(&self, answer: &Registration) -> Result<String, Unfit> {
        browser::challenge(&answer.response.client_data, Ceremony::Create, &self.origin)
    }

    /// The challenge that a passkey signed, which must have been asked and not answered before.
    pub(crate) fn challenge_of_request(&self, answer: &Assertion) -> Result<String, Unfit> {
        browser::challenge(&answer.response.client_data, Ceremony::Get, &self.origin)
    }

    /// A new passkey (7.1), whose challenge was looked at.
    pub(crate) fn register(&self, answer: &Registration) -> Result<Credential, Unfit> {
        let data = AuthenticatorData::read(attested(&answer.response.attestation_object.0)?)?;
        data.check(&self.hash)?;
        let may_be_copied = data.may_be_copied();
        let (id, key) = data.made.ok_or(Unfit("the authenticator made no key"))?;
        if id != answer.id() {
            return Err(Unfit("the browser calls the key otherwise than the authenticator"));
        }
        Ok(Credential { key, counter: data.counter, may_be_copied })
    }

    /// What is kept of a passkey after it signed (7.2), whose challenge was looked at. `handle` is whose it is.
    pub(crate) fn verify(
        &self,
        answer: &Assertion,
        known: &Credential,
        handle: &[u8],
    ) -> Result<Credential, Unfit> {
        let response = &answer.response;
        let data = AuthenticatorData::read(&response.authenticator_data.0)?;
        data.check(&self.hash)?;
        if response.user_handle.as_ref().is_none_or(|own| own.0 != handle) {
            return Err(Unfit("the key is somebody else's"));
        }
        if data.may_be_copied() != known.may_be_copied {
            return Err(Unfit("whether the key may be copied has changed"));
        }
        let signed = [&response.authenticator_data.0[..], &Sha256::digest(&response.client_data.0)].concat();
        known.key.verify(&signed, &response.signature.0)?;
        if (data.counter, known.counter) != (0, 0) && data.counter <= known.counter {
            return Err(Unfit("the authenticator has counted back: it may be a copy"));
        }
        Ok(Credential { counter: data.counter, ..known.clone() })
    }
}

/// The authenticator's data in an attestation object (6.5). What attests it is passed over: nothing was asked for.
fn attested(object: &[u8]) -> Result<&[u8], Unfit> {
    let mut reader = cbor::Reader::new(object);
    let mut data = None;
    for _ in 0..reader.map()? {
        match reader.text()? {
            "authData" => data = Some(reader.bytes()?),
            _ => reader.skip()?,
        }
    }
    match reader.rest() {
        [] => data.ok_or(Unfit("there is no authenticator's data")),
        _ => Err(Unfit("the attestation goes on after its end")),
    }
}

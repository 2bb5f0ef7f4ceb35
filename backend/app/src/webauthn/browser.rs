//! What browsers answer (WebAuthn Level 3, 5.1.9 and 5.8.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Unfit;

/// Bytes that are base64url without padding in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

/// What `navigator.credentials.create` answers, as `toJSON` writes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registration {
    raw_id: Bytes,
    pub(super) response: Attestation,
}

impl Registration {
    /// How the authenticator calls the key.
    pub(crate) fn id(&self) -> &[u8] {
        &self.raw_id.0
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attestation {
    #[serde(rename = "clientDataJSON")]
    pub(super) client_data: Bytes,
    pub(super) attestation_object: Bytes,
}

/// What `navigator.credentials.get` answers, as `toJSON` writes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Assertion {
    raw_id: Bytes,
    pub(super) response: Proof,
}

impl Assertion {
    /// How the authenticator calls the key.
    pub(crate) fn id(&self) -> &[u8] {
        &self.raw_id.0
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Proof {
    #[serde(rename = "clientDataJSON")]
    pub(super) client_data: Bytes,
    pub(super) authenticator_data: Bytes,
    pub(super) signature: Bytes,
    #[serde(default)]
    pub(super) user_handle: Option<Bytes>,
}

/// What the browser says of the page that asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// What kind of answer it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ceremony {
    Create,
    Get,
}

/// The challenge that was answered to from a page at `origin`, in base64url. Whether it was asked is the caller's to look
/// at.
pub(super) fn challenge(client_data: &Bytes, ceremony: Ceremony, origin: &str) -> Result<String, Unfit> {
    let data: ClientData =
        serde_json::from_slice(&client_data.0).map_err(|_| Unfit("the browser's data cannot be read"))?;
    let wanted = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if data.r#type != wanted {
        return Err(Unfit("it is the answer to another kind of question"));
    }
    if data.origin != origin || data.cross_origin {
        return Err(Unfit("a page of another site asked"));
    }
    Ok(data.challenge)
}

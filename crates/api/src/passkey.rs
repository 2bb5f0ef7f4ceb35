use crontopus_ids::PasskeyId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A key on a person's devices, with which they sign in without a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Passkey {
    /// Id.
    pub id: PasskeyId,
    /// How the person calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// What a browser is to ask an authenticator for; the answer counts once, for five minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PasskeyOptions {
    /// In JSON, for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` (WebAuthn Level 3,
    /// 5.1.8 and 5.1.9).
    #[schema(value_type = Object)]
    pub options: Value,
}

/// `POST /api/v1/me/passkeys/begin`: begins a passkey.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginPasskey {
    /// The password.
    pub password: String,
}

/// `POST /api/v1/me/passkeys`: keeps the passkey that was made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePasskey {
    /// How the person calls it: 1 to 100 characters.
    pub name: String,
    /// What `navigator.credentials.create` answered, as its `toJSON`.
    #[schema(value_type = Object)]
    pub credential: Value,
}

/// `PATCH /api/v1/me/passkeys/{id}`: calls it otherwise.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdatePasskey {
    /// How the person calls it: 1 to 100 characters.
    pub name: String,
}

/// `POST /api/v1/auth/passkey`: sets the session cookie.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeySignIn {
    /// What `navigator.credentials.get` answered, as its `toJSON`.
    #[schema(value_type = Object)]
    pub credential: Value,
}

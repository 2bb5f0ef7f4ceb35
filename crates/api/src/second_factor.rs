use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/me/second-factor`: whether signing in takes a code beside the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecondFactor {
    /// Whether a code is asked for.
    pub enabled: bool,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
}

/// A second factor that was begun: it counts when a first code of it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BegunSecondFactor {
    /// The secret in base 32, for who types it; shown this once.
    pub secret: String,
    /// The same as an `otpauth:` address (Key Uri Format), for an authenticator on this device.
    pub url: String,
    /// The address as a QR code, for one on another device.
    pub qr: QrCode,
}

/// A QR code (ISO/IEC 18004) as a drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QrCode {
    /// Modules along each side, without a margin.
    pub size: u32,
    /// The dark modules as an SVG path; one module is one unit.
    pub path: String,
}

/// `POST /api/v1/me/second-factor`: begins one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSecondFactor {
    /// The password.
    pub password: String,
}

/// `POST /api/v1/me/second-factor/confirm`: puts it in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    /// The code that the authenticator shows now.
    pub code: String,
}

/// `POST /api/v1/me/second-factor/disable` and `…/recovery-codes`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeSecondFactor {
    /// The password.
    pub password: String,
    /// A code of the authenticator, or a recovery code.
    pub code: String,
}

/// Codes for who has lost the authenticator; each is good once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes; shown this once, and those before are worth nothing any more.
    pub codes: Vec<String>,
}

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/auth/password-reset`: asks for a mail with a link to set another password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    /// The account's e-mail address. The answer is the same whether there is one.
    pub email: String,
}

/// `POST /api/v1/auth/password-reset/confirm`: sets another password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// What stands behind the `#` of the link; good once, for an hour.
    pub secret: String,
    /// The new password, as at sign-up: at least 12 characters, not a common one.
    pub password: String,
}

/// `POST /api/v1/me/password`: sets another password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present one.
    pub password: String,
    /// The new one, as at sign-up: at least 12 characters, not a common one.
    pub new_password: String,
}

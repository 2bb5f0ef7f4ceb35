use crontopus_ids::TokenId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Scope;

/// An API token, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// The first characters of the secret, to tell tokens apart.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// E-mail address of who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// `POST /api/v1/tokens`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it is for.
    pub name: String,
    /// At least one; none beyond the caller's own rights.
    pub scopes: Vec<Scope>,
    /// Days until it ends, 1 to 3650; never when absent.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// The answer to [`CreateToken`]: the secret is shown this once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreatedToken {
    /// The token.
    pub token: Token,
    /// `ctp_…`: send it as `Authorization: Bearer`, or as a Git password.
    pub secret: String,
}

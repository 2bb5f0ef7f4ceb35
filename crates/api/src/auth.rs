use crontopus_ids::{TenantId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Role;

/// `POST /api/v1/auth/sign-up`: makes a person, a tenant of which they are the owner, and a session.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// E-mail address; compared without case.
    pub email: String,
    /// At least 12 characters, not a common one.
    pub password: String,
    /// The person's name.
    pub name: String,
    /// The tenant's slug: `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63.
    pub tenant: String,
}

/// `POST /api/v1/auth/sign-in`: sets the session cookie.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// A code of the authenticator, or a recovery code, where a second factor is in force; without one the answer is
    /// `second_factor_required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// `GET /api/v1/me`: who calls, by what credential, and in which tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The person; absent for a token whose maker has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserView>,
    /// The tenant this request is in.
    pub tenant_id: TenantId,
    /// Its slug.
    pub tenant: String,
    /// The role in it.
    pub role: Role,
    /// The scopes of the token, or absent for a session (which has every right of the role).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<crate::Scope>>,
    /// Every tenant the person is a member of; choose one with the header `Crontopus-Tenant`.
    pub memberships: Vec<Membership>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// Id.
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// One tenant a person belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its slug.
    pub tenant: String,
    /// The role in it.
    pub role: Role,
}

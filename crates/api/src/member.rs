use crontopus_ids::{InvitationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Role;

/// One person in the tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The person.
    pub user_id: UserId,
    /// E-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// `PATCH /api/v1/members/{user_id}`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    /// The new role; nobody gives a higher one than their own, and the last owner stays.
    pub role: Role,
}

/// An invitation that was not yet accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Id.
    pub id: InvitationId,
    /// Whom it is for.
    pub email: String,
    /// The role they will have.
    pub role: Role,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// `POST /api/v1/invitations`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvitation {
    /// Whom it is for.
    pub email: String,
    /// At most the caller's own role.
    pub role: Role,
}

/// The answer to [`CreateInvitation`]: the secret is shown this once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Hand it to the person: it is what [`AcceptInvitation`] takes.
    pub secret: String,
}

/// `POST /api/v1/invitations/accept`: joins the tenant, making the account when there is none.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the invitation.
    pub secret: String,
    /// The person's name, for a new account.
    #[serde(default)]
    pub name: Option<String>,
    /// A new account's password, or the existing account's own.
    pub password: String,
    /// A code of the existing account's second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

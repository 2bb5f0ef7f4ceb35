use crontopus_api::{
    AcceptInvitation, CreateInvitation, CreatedInvitation, Invitation, Me, Member, UpdateMember,
};
use crontopus_ids::{InvitationId, UserId};

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/members`, `/api/v1/invitations`.
#[derive(Debug, Clone, Copy)]
pub struct Members<'a> {
    pub(super) client: &'a Client,
}

impl Members<'_> {
    /// Everybody in the tenant.
    pub fn list(&self) -> Pages<Member> {
        Pages::new(self.client, Target::new("/api/v1/members"))
    }

    /// Gives another role.
    pub fn update(&self, user: UserId, change: &UpdateMember) -> Result<Member, ClientError> {
        self.client.patch(&Target::new("/api/v1/members").segment(user), change)
    }

    /// Takes somebody out of the tenant.
    pub fn delete(&self, user: UserId) -> Result<(), ClientError> {
        self.client.delete(&Target::new("/api/v1/members").segment(user))
    }

    /// Invitations nobody accepted yet.
    pub fn list_invitations(&self) -> Pages<Invitation> {
        Pages::new(self.client, Target::new("/api/v1/invitations"))
    }

    /// Invites; the secret is in the answer and nowhere else.
    pub fn invite(&self, request: &CreateInvitation) -> Result<CreatedInvitation, ClientError> {
        self.client.post(&Target::new("/api/v1/invitations"), request)
    }

    /// Takes an invitation back.
    pub fn delete_invitation(&self, id: InvitationId) -> Result<(), ClientError> {
        self.client.delete(&Target::new("/api/v1/invitations").segment(id))
    }

    /// Joins the tenant of an invitation.
    pub fn accept_invitation(&self, request: &AcceptInvitation) -> Result<Me, ClientError> {
        self.client.post(&Target::new("/api/v1/invitations/accept"), request)
    }
}

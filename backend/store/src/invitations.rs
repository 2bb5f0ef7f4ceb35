//! Who may join a tenant.

use crontopus_ids::{InvitationId, TenantId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_INVITATIONS = "SELECT tenant_id, id, email, role, created_at, expires_at FROM invitations
        WHERE tenant_id = $1 AND id > $2 AND expires_at > $3 ORDER BY id LIMIT $4";
    FIND_INVITATION = "SELECT tenant_id, id, email, role, created_at, expires_at FROM invitations
        WHERE secret_hash = $1";
    CREATE_INVITATION = "INSERT INTO invitations
        (tenant_id, id, email, role, secret_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    DELETE_INVITATION = "DELETE FROM invitations WHERE tenant_id = $1 AND id = $2";
}

/// An invitation that was not yet accepted; its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Invitation {
    /// Into which tenant.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Id.
    #[sqlx(try_from = "Text<InvitationId>")]
    pub id: InvitationId,
    /// Whom it is for.
    pub email: String,
    /// The role they will have.
    pub role: String,
    /// UTC milliseconds.
    pub created_at: i64,
    /// UTC milliseconds.
    pub expires_at: i64,
}

impl Read<TenantScope> {
    /// Invitations that can still be accepted at `now`, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_invitations(
        &mut self,
        now: i64,
        paging: &Paging,
    ) -> Result<Listed<Invitation>, StoreError> {
        let (tenant, after) = (self.tenant(), paging.after.as_ref().map_or("", |c| c.id.as_str()));
        let rows: Vec<Invitation> =
            query!(self, fetch_all LIST_INVITATIONS, Text(tenant), after, now, paging.fetch())?;
        Ok(paging.page(rows, |i| Cursor { at: 0, id: i.id.to_string() }))
    }
}

impl Read<SystemScope> {
    /// The invitation of a secret; whether it has ended is the caller's to look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_invitation(&mut self, secret_hash: &str) -> Result<Option<Invitation>, StoreError> {
        query!(self, fetch_optional FIND_INVITATION, secret_hash)
    }
}

impl Tx<TenantScope> {
    /// Invites somebody.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_invitation(&mut self, new: &Invitation, secret_hash: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_INVITATION, Text(tenant), Text(new.id), &new.email, &new.role, secret_hash,
            new.created_at, new.expires_at)
        .map(drop)
    }

    /// Takes an invitation back; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_invitation(&mut self, id: InvitationId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute DELETE_INVITATION, Text(tenant), Text(id))? == 1)
    }
}

impl Tx<SystemScope> {
    /// Uses an invitation up; `false` when somebody else was faster.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_invitation(&mut self, invitation: &Invitation) -> Result<bool, StoreError> {
        let (tenant, id) = (invitation.tenant_id, invitation.id);
        Ok(query!(self, execute DELETE_INVITATION, Text(tenant), Text(id))? == 1)
    }
}

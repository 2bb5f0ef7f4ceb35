//! Who belongs to a tenant, and as what.

use crontopus_ids::{TenantId, UserId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_MEMBERS = "SELECT m.user_id, u.email, u.name, m.role, m.joined_at
        FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.tenant_id = $1 AND m.user_id > $2 ORDER BY m.user_id LIMIT $3";
    FIND_MEMBER = "SELECT m.user_id, u.email, u.name, m.role, m.joined_at
        FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 AND m.user_id = $2";
    LOCK_OWNERS = "SELECT user_id FROM members WHERE tenant_id = $1 AND role = 'owner' ORDER BY user_id" for update;
    CREATE_MEMBER = "INSERT INTO members (tenant_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)";
    UPDATE_MEMBER = "UPDATE members SET role = $3 WHERE tenant_id = $1 AND user_id = $2";
    DELETE_MEMBER = "DELETE FROM members WHERE tenant_id = $1 AND user_id = $2";
    LIST_MEMBERSHIPS = "SELECT m.tenant_id, t.slug, m.role FROM members m
        JOIN tenants t ON t.tenant_id = m.tenant_id WHERE m.user_id = $1 ORDER BY m.joined_at, m.tenant_id";
}

/// One person in the tenant.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Member {
    /// The person.
    #[sqlx(try_from = "Text<UserId>")]
    pub user_id: UserId,
    /// E-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// What they may do.
    pub role: String,
    /// UTC milliseconds.
    pub joined_at: i64,
}

/// One tenant a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Membership {
    /// The tenant.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Its slug.
    pub slug: String,
    /// What the person may do there.
    pub role: String,
}

impl Read<SystemScope> {
    /// Every tenant a person belongs to, the first joined first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_memberships(&mut self, user_id: UserId) -> Result<Vec<Membership>, StoreError> {
        query!(self, fetch_all LIST_MEMBERSHIPS, Text(user_id))
    }
}

impl Read<TenantScope> {
    /// Members, the oldest account first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_members(&mut self, paging: &Paging) -> Result<Listed<Member>, StoreError> {
        let (tenant, after) = (self.tenant(), paging.after.as_ref().map_or("", |c| c.id.as_str()));
        let rows: Vec<Member> = query!(self, fetch_all LIST_MEMBERS, Text(tenant), after, paging.fetch())?;
        Ok(paging.page(rows, |m| Cursor { at: 0, id: m.user_id.to_string() }))
    }

    /// The member with this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_member(&mut self, user_id: UserId) -> Result<Option<Member>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_MEMBER, Text(tenant), Text(user_id))
    }
}

impl Tx<TenantScope> {
    /// The tenant's owners, locked until the end of the transaction: two changes at once cannot each take
    /// the other for the owner who stays.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lock_owners(&mut self) -> Result<Vec<UserId>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(Text<UserId>,)> = query!(self, fetch_all LOCK_OWNERS, Text(tenant))?;
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }

    /// Takes a person in.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when they belong to the tenant already.
    pub async fn create_member(&mut self, user_id: UserId, role: &str, at: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_MEMBER, Text(tenant), Text(user_id), role, at).map(drop)
    }

    /// Changes a role; whether there is such a member.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn update_member(&mut self, user_id: UserId, role: &str) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute UPDATE_MEMBER, Text(tenant), Text(user_id), role)? == 1)
    }

    /// Lets a person go; whether there was such a member.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_member(&mut self, user_id: UserId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute DELETE_MEMBER, Text(tenant), Text(user_id))? == 1)
    }
}

impl Tx<SystemScope> {
    /// Takes a person into a tenant that was just made, or that invited them.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when they belong to it already.
    pub async fn create_member_of(
        &mut self,
        tenant: TenantId,
        user_id: UserId,
        role: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        query!(self, execute CREATE_MEMBER, Text(tenant), Text(user_id), role, at).map(drop)
    }
}

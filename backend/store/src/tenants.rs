//! Tenants.

use crontopus_ids::TenantId;
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    GET_TENANT = "SELECT tenant_id, slug, name, timezone, created_at FROM tenants WHERE tenant_id = $1";
    FIND_TENANT_BY_SLUG = "SELECT tenant_id, slug, name, timezone, created_at FROM tenants WHERE slug = $1";
    CREATE_TENANT = "INSERT INTO tenants (tenant_id, slug, name, timezone, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    UPDATE_TENANT = "UPDATE tenants SET name = $2, timezone = $3 WHERE tenant_id = $1";
}

/// One isolated customer.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Tenant {
    /// Id.
    #[sqlx(rename = "tenant_id", try_from = "Text<TenantId>")]
    pub id: TenantId,
    /// Name in addresses.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// IANA zone.
    pub timezone: String,
    /// UTC milliseconds.
    pub created_at: i64,
}

impl Read<TenantScope> {
    /// The transaction's own tenant.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is gone.
    pub async fn get_tenant(&mut self) -> Result<Tenant, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional GET_TENANT, Text(tenant))?.ok_or(StoreError::Missing { table: "tenants" })
    }
}

impl Read<SystemScope> {
    /// The tenant with this name in addresses.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_tenant_by_slug(&mut self, slug: &str) -> Result<Option<Tenant>, StoreError> {
        query!(self, fetch_optional FIND_TENANT_BY_SLUG, slug)
    }
}

impl Tx<SystemScope> {
    /// Makes a tenant.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the slug is taken.
    pub async fn create_tenant(&mut self, tenant: &Tenant) -> Result<(), StoreError> {
        query!(self, execute CREATE_TENANT, Text(tenant.id), &tenant.slug, &tenant.name, &tenant.timezone,
            tenant.created_at)
        .map(drop)
    }
}

impl Tx<TenantScope> {
    /// Changes the tenant's settings.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn update_tenant(&mut self, name: &str, timezone: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute UPDATE_TENANT, Text(tenant), name, timezone).map(drop)
    }
}

use crontopus_ids::TenantId;
use crontopus_store::Tenant;

use super::sign_up::taken;
use crate::access::{Actor, Role};
use crate::names::{check_label, check_slug};
use crate::{App, Deed, Error, Result, secret};

/// A further tenant.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Name in addresses.
    pub slug: String,
    /// Name for people; the slug when absent.
    pub name: Option<String>,
}

/// What changes of a tenant.
#[derive(Debug, Clone, Default)]
pub struct TenantChange {
    /// Name for people.
    pub name: Option<String>,
    /// IANA zone.
    pub timezone: Option<String>,
}

impl App {
    /// The actor's tenant.
    pub async fn get_tenant(&self, actor: &Actor) -> Result<Tenant> {
        Ok(self.read(actor.tenant_id).await?.get_tenant().await?)
    }

    /// Makes a further tenant, owned by the actor.
    pub async fn create_tenant(&self, actor: &Actor, new: NewTenant) -> Result<Tenant> {
        check_slug("/slug", &new.slug)?;
        let name = new.name.unwrap_or_else(|| new.slug.clone());
        check_label("/name", &name)?;
        let Some(user_id) = actor.user_id() else { return Err(Error::forbidden("only people own tenants")) };
        let now = self.now_ms();
        let id = TenantId::from_parts(now, self.random());
        let tenant = Tenant { id, slug: new.slug, name, timezone: "UTC".to_owned(), created_at: now };
        let mut tx = self.sign_in_tx().await?;
        tx.create_tenant(&tenant).await.map_err(|e| taken(e, "/slug", "this name is taken"))?;
        tx.create_member_of(id, user_id, Role::Owner.as_str(), now).await?;
        tx.create_audit_of(id, &self.audit_line(actor, Deed::new("create_tenant", &tenant.slug))).await?;
        tx.commit().await?;
        Ok(tenant)
    }

    /// Changes the tenant's settings.
    pub async fn update_tenant(&self, actor: &Actor, change: TenantChange) -> Result<Tenant> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let mut tenant = tx.get_tenant().await?;
        if let Some(name) = change.name {
            check_label("/name", &name)?;
            tenant.name = name;
        }
        if let Some(zone) = change.timezone {
            jiff::tz::TimeZone::get(&zone)
                .map_err(|_| Error::invalid("/timezone", "an IANA zone like Europe/Berlin"))?;
            tenant.timezone = zone;
        }
        tx.update_tenant(&tenant.name, &tenant.timezone).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("update_tenant", &tenant.slug))).await?;
        tx.commit().await?;
        Ok(tenant)
    }

    /// Gives the tenant a new check-in key; the old one ends at once.
    pub async fn rotate_tenant_key(&self, actor: &Actor) -> Result<String> {
        let key = secret::check_in_key(self.entropy.as_ref());
        let mut tx = self.begin(actor.tenant_id).await?;
        tx.set_check_in_key(None, &secret::hash(&key), self.now_ms()).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("rotate_tenant_key", &actor.tenant))).await?;
        tx.commit().await?;
        Ok(key)
    }
}

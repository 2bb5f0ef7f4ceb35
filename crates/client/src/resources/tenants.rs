use crontopus_api::{CreateTenant, MonitorKey, Tenant, UpdateTenant};

use crate::query::Target;
use crate::{Client, ClientError};

/// `/api/v1/tenant`, `/api/v1/tenants`.
#[derive(Debug, Clone, Copy)]
pub struct Tenants<'a> {
    pub(super) client: &'a Client,
}

impl Tenants<'_> {
    /// The tenant the caller is in.
    pub fn get(&self) -> Result<Tenant, ClientError> {
        self.client.get(&Target::new("/api/v1/tenant"))
    }

    /// Changes it.
    pub fn update(&self, change: &UpdateTenant) -> Result<Tenant, ClientError> {
        self.client.patch(&Target::new("/api/v1/tenant"), change)
    }

    /// Makes a further one, owned by the caller.
    pub fn create(&self, request: &CreateTenant) -> Result<Tenant, ClientError> {
        self.client.post(&Target::new("/api/v1/tenants"), request)
    }

    /// Makes a new check-in key for all jobs of the tenant, for `/in/<key>/<namespace>/<job>`; the old one ends at
    /// once.
    pub fn create_key(&self) -> Result<MonitorKey, ClientError> {
        self.client.act(&Target::new("/api/v1/tenant/key"))
    }
}

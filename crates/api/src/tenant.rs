use crontopus_ids::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/tenant`: the tenant the caller is in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Tenant {
    /// Id.
    pub id: TenantId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// IANA zone for people's messages.
    pub timezone: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// `POST /api/v1/tenants`: a further tenant, owned by the caller.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTenant {
    /// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63.
    pub slug: String,
    /// Name for people; the slug when absent.
    #[serde(default)]
    pub name: Option<String>,
}

/// `PATCH /api/v1/tenant`: absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTenant {
    /// Name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// IANA zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

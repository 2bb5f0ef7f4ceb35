use axum::extract::State;
use crontopus_api::{CreateTenant, MonitorKey, Tenant, UpdateTenant};
use crontopus_app::{NewTenant, TenantChange};

use crate::access::Acting;
use crate::answer::{Answer, Created};
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Shows the tenant the caller is in.
#[utoipa::path(get, path = "/api/v1/tenant", tag = "tenants", responses((status = 200, body = Tenant), Failure))]
pub(crate) async fn get_tenant(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<Tenant>, Failure> {
    Ok(Answer(wire::tenant(serving.app().get_tenant(&actor).await?)))
}

/// Changes the tenant's settings.
#[utoipa::path(patch, path = "/api/v1/tenant", tag = "tenants", request_body = UpdateTenant,
    responses((status = 200, body = Tenant), Failure))]
pub(crate) async fn update_tenant(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<UpdateTenant>,
) -> Result<Answer<Tenant>, Failure> {
    let change = TenantChange { name: body.name, timezone: body.timezone };
    Ok(Answer(wire::tenant(serving.app().update_tenant(&actor, change).await?)))
}

/// Makes a further tenant, owned by the caller.
#[utoipa::path(post, path = "/api/v1/tenants", tag = "tenants", request_body = CreateTenant,
    responses((status = 201, body = Tenant), Failure))]
pub(crate) async fn create_tenant(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CreateTenant>,
) -> Result<Created<Tenant>, Failure> {
    let new = NewTenant { slug: body.slug, name: body.name };
    Ok(Created(wire::tenant(serving.app().create_tenant(&actor, new).await?)))
}

/// Gives the tenant a new check-in key, for `/in/<key>/<namespace>/<job>`; the old one ends at once.
#[utoipa::path(post, path = "/api/v1/tenant/key", tag = "tenants",
    responses((status = 200, body = MonitorKey), Failure))]
pub(crate) async fn rotate_tenant_key(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<MonitorKey>, Failure> {
    let key = serving.app().rotate_tenant_key(&actor).await?;
    let url = format!("{}/in/{key}/", serving.app().settings().public_url);
    Ok(Answer(MonitorKey { key, url, others: Vec::new() }))
}

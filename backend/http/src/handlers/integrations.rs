use axum::extract::State;
use crontopus_api::{CreatedIntegrationKey, Integration, IntegrationKind, Page};

use crate::access::Acting;
use crate::answer::{Answer, NoContent};
use crate::extract::Path;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::integrations;

/// Lists the kinds of clients that report with a key of the tenant.
#[utoipa::path(get, path = "/api/v1/integrations", tag = "check-ins",
    responses((status = 200, body = Page<Integration>), Failure))]
pub(crate) async fn list_integrations(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<Page<Integration>>, Failure> {
    let states = serving.app().list_integrations(&actor).await?;
    let public_url = &serving.app().settings().public_url;
    let items =
        states.into_iter().map(|s| integrations::integration(public_url, actor.tenant_id, s)).collect();
    Ok(Answer(Page { items, next_cursor: None }))
}

/// Makes a new key for the clients of a kind; the old one ends at once. The key is shown this once.
#[utoipa::path(post, path = "/api/v1/integrations/{kind}/key", tag = "check-ins",
    params(("kind" = IntegrationKind, Path)), responses((status = 200, body = CreatedIntegrationKey), Failure))]
pub(crate) async fn rotate_integration_key(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(kind): Path<IntegrationKind>,
) -> Result<Answer<CreatedIntegrationKey>, Failure> {
    let key = serving.app().rotate_integration_key(&actor, integrations::own(kind)).await?;
    let address = integrations::address(&serving.app().settings().public_url, actor.tenant_id, kind, &key);
    Ok(Answer(CreatedIntegrationKey { kind, key, address }))
}

/// Takes the key of the clients of a kind away: they report no more.
#[utoipa::path(delete, path = "/api/v1/integrations/{kind}/key", tag = "check-ins",
    params(("kind" = IntegrationKind, Path)), responses((status = 204), Failure))]
pub(crate) async fn revoke_integration_key(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(kind): Path<IntegrationKind>,
) -> Result<NoContent, Failure> {
    serving.app().revoke_integration_key(&actor, integrations::own(kind)).await?;
    Ok(NoContent)
}

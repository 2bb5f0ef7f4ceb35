use axum::extract::State;
use crontopus_api::{Discovered, DiscoveredDetail, Page};
use crontopus_ids::DiscoveredId;

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{ListQuery, Path, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, discovered};

/// Lists what checked in without being declared in Git, newest first.
#[utoipa::path(get, path = "/api/v1/discovered", tag = "check-ins", params(ListQuery),
    responses((status = 200, body = Page<Discovered>), Failure))]
pub(crate) async fn list_discovered(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Discovered>>, Failure> {
    let listed = serving.app().list_discovered(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, discovered::discovered)))
}

/// Shows one of them, with the manifest that would declare it.
#[utoipa::path(get, path = "/api/v1/discovered/{id}", tag = "check-ins", params(("id" = DiscoveredId, Path)),
    responses((status = 200, body = DiscoveredDetail), Failure))]
pub(crate) async fn get_discovered(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<DiscoveredId>,
) -> Result<Answer<DiscoveredDetail>, Failure> {
    let (found, draft) = serving.app().get_discovered(&actor, id).await?;
    Ok(Answer(discovered::detail(found, draft)))
}

/// Says that one of them does not matter.
#[utoipa::path(post, path = "/api/v1/discovered/{id}/ignore", tag = "check-ins",
    params(("id" = DiscoveredId, Path)), responses((status = 200, body = Discovered), Failure))]
pub(crate) async fn ignore_discovered(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<DiscoveredId>,
) -> Result<Answer<Discovered>, Failure> {
    Ok(Answer(discovered::discovered(serving.app().ignore_discovered(&actor, id, true).await?)))
}

/// Says that one of them matters after all.
#[utoipa::path(post, path = "/api/v1/discovered/{id}/restore", tag = "check-ins",
    params(("id" = DiscoveredId, Path)), responses((status = 200, body = Discovered), Failure))]
pub(crate) async fn restore_discovered(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<DiscoveredId>,
) -> Result<Answer<Discovered>, Failure> {
    Ok(Answer(discovered::discovered(serving.app().ignore_discovered(&actor, id, false).await?)))
}

use axum::extract::State;
use crontopus_api::{AuditEntry, Page};

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{ListQuery, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Lists who changed what, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(ListQuery),
    responses((status = 200, body = Page<AuditEntry>), Failure))]
pub(crate) async fn list_audit(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<AuditEntry>>, Failure> {
    let listed = serving.app().list_audit(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, wire::audit_entry)))
}

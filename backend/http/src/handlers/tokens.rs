use axum::extract::State;
use crontopus_api::{CreateToken, CreatedToken, Page, Token};
use crontopus_app::NewToken;
use crontopus_ids::TokenId;

use crate::access::Acting;
use crate::answer::{Answer, Created, NoContent};
use crate::extract::{Json, ListQuery, Path, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire;

/// Lists the tenant's API tokens, oldest first.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", params(ListQuery),
    responses((status = 200, body = Page<Token>), Failure))]
pub(crate) async fn list_tokens(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Token>>, Failure> {
    let listed = serving.app().list_tokens(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, wire::token)))
}

/// Makes an API token. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = CreateToken,
    responses((status = 201, body = CreatedToken), Failure))]
pub(crate) async fn create_token(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<CreateToken>,
) -> Result<Created<CreatedToken>, Failure> {
    let scopes = body.scopes.into_iter().map(wire::own_scope).collect::<Result<_, _>>()?;
    let new = NewToken { name: body.name, scopes, days: body.expires_in_days };
    Ok(Created(wire::created_token(serving.app().create_token(&actor, new).await?)))
}

/// Ends an API token.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens",
    params(("id" = TokenId, Path, description = "The token.")), responses((status = 204), Failure))]
pub(crate) async fn delete_token(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(id): Path<TokenId>,
) -> Result<NoContent, Failure> {
    serving.app().delete_token(&actor, id).await?;
    Ok(NoContent)
}

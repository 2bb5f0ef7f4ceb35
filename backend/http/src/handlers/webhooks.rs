use axum::extract::{Request, State};
use crontopus_api::{CreatedRepositoryWebhook, RepositoryWebhook, WebhookReceipt};
use crontopus_ids::RepositoryId;

use crate::access::{Acting, From, Row};
use crate::answer::{Accepted, Answer, Created, NoContent};
use crate::extract::Path;
use crate::failure::Failure;
use crate::hooks;
use crate::serving::Serving;
use crate::wire::repositories;

/// Shows a repository's webhook: the address that another Git server calls when somebody pushed there.
#[utoipa::path(get, path = "/api/v1/repositories/{name}/webhook", tag = "repositories",
    params(("name" = String, Path)), responses((status = 200, body = RepositoryWebhook), Failure))]
pub(crate) async fn get_repository_webhook(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
) -> Result<Answer<RepositoryWebhook>, Failure> {
    let hook = serving.app().get_repository_hook(&actor, &name).await?;
    Ok(Answer(repositories::webhook(&serving.app().settings().public_url, hook)))
}

/// Makes a new secret for a repository's webhook; it is shown this once, and the old one ends at once.
#[utoipa::path(post, path = "/api/v1/repositories/{name}/webhook", tag = "repositories",
    params(("name" = String, Path)), responses((status = 201, body = CreatedRepositoryWebhook), Failure))]
pub(crate) async fn rotate_repository_webhook(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
) -> Result<Created<CreatedRepositoryWebhook>, Failure> {
    let (hook, secret) = serving.app().rotate_repository_hook(&actor, &name).await?;
    let webhook = repositories::webhook(&serving.app().settings().public_url, hook);
    Ok(Created(CreatedRepositoryWebhook { webhook, secret }))
}

/// Takes a repository's webhook away: no call is believed any more.
#[utoipa::path(delete, path = "/api/v1/repositories/{name}/webhook", tag = "repositories",
    params(("name" = String, Path)), responses((status = 204), Failure))]
pub(crate) async fn delete_repository_webhook(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
) -> Result<NoContent, Failure> {
    serving.app().delete_repository_hook(&actor, &name).await?;
    Ok(NoContent)
}

/// Takes the call of another Git server (GitHub, GitLab, Gitea, Forgejo, Gogs, Bitbucket) and brings the repository up
/// to date soon after a push. The call is believed by its signature or token; what it says is not looked at.
#[utoipa::path(post, path = "/hooks/{repository}", tag = "repositories",
    params(("repository" = RepositoryId, Path)), responses((status = 202, body = WebhookReceipt), Failure))]
pub(crate) async fn receive_repository_webhook(
    State(serving): State<Serving>,
    From(origin): From,
    Path(repository): Path<RepositoryId>,
    request: Request,
) -> Result<Accepted<WebhookReceipt>, Failure> {
    serving.limits().webhook(repository, origin.address)?;
    let claim = hooks::claim(request.headers());
    let limit = Row::of("receive_repository_webhook").body_limit;
    let mut call = serving.app().open_hook_call(repository, claim.proof).await?;
    hooks::read(request.into_body(), limit, serving.patience(), &mut call).await?;
    serving.app().end_hook_call(call, claim.provider, claim.is_push).await?;
    Ok(Accepted(WebhookReceipt { sync: claim.is_push }))
}

use axum::extract::State;
use crontopus_api::{
    Commit, ConnectRepository, CreatedRepository, Diagnostic, Page, Repository, UpdateRepository,
};
use crontopus_app::git::{NewRemote, NewRepository, RepositoryChange};

use crate::access::Acting;
use crate::answer::{Accepted, Answer, Created, NoContent};
use crate::extract::{Json, ListQuery, Path, Query};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{self, repositories};

/// Lists repositories by name.
#[utoipa::path(get, path = "/api/v1/repositories", tag = "repositories", params(ListQuery),
    responses((status = 200, body = Page<Repository>), Failure))]
pub(crate) async fn list_repositories(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Repository>>, Failure> {
    let listed = serving.app().list_repositories(&actor, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, |row| repositories::repository(row, &actor.tenant))))
}

/// Connects a repository: a new, empty one on the built-in host, or a remote one.
#[utoipa::path(post, path = "/api/v1/repositories", tag = "repositories", request_body = ConnectRepository,
    responses((status = 201, body = CreatedRepository), Failure))]
pub(crate) async fn create_repository(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<ConnectRepository>,
) -> Result<Created<CreatedRepository>, Failure> {
    let (https_token, ssh_key) = (body.https_token, body.ssh_key);
    let interval = body.sync_interval_seconds;
    let remote =
        body.remote_url.map(|url| NewRemote { url, https_token, ssh_key, sync_interval_seconds: interval });
    let new = NewRepository { name: body.name, branch: body.branch, remote };
    let row = serving.app().connect_repository(&actor, new).await?;
    let repository = repositories::repository(row, &actor.tenant);
    let clone_url = format!("{}{}", serving.app().settings().public_url, repository.git_path);
    Ok(Created(CreatedRepository { repository, clone_url }))
}

/// Shows one repository.
#[utoipa::path(get, path = "/api/v1/repositories/{name}", tag = "repositories",
    params(("name" = String, Path)), responses((status = 200, body = Repository), Failure))]
pub(crate) async fn get_repository(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
) -> Result<Answer<Repository>, Failure> {
    Ok(Answer(repositories::repository(serving.app().get_repository(&actor, &name).await?, &actor.tenant)))
}

/// Changes branch, credentials or interval.
#[utoipa::path(patch, path = "/api/v1/repositories/{name}", tag = "repositories",
    params(("name" = String, Path)), request_body = UpdateRepository,
    responses((status = 200, body = Repository), Failure))]
pub(crate) async fn update_repository(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
    Json(body): Json<UpdateRepository>,
) -> Result<Answer<Repository>, Failure> {
    let change = RepositoryChange {
        branch: body.branch,
        https_token: body.https_token,
        ssh_key: body.ssh_key,
        sync_interval_seconds: body.sync_interval_seconds,
    };
    let row = serving.app().update_repository(&actor, &name, change).await?;
    Ok(Answer(repositories::repository(row, &actor.tenant)))
}

/// Disconnects a repository; its jobs are no longer expected, and hosts keep theirs until confirmed.
#[utoipa::path(delete, path = "/api/v1/repositories/{name}", tag = "repositories",
    params(("name" = String, Path)), responses((status = 204), Failure))]
pub(crate) async fn delete_repository(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
) -> Result<NoContent, Failure> {
    serving.app().delete_repository(&actor, &name).await?;
    Ok(NoContent)
}

/// Brings the state up to date soon.
#[utoipa::path(post, path = "/api/v1/repositories/{name}/sync", tag = "repositories",
    params(("name" = String, Path)), responses((status = 202, body = Repository), Failure))]
pub(crate) async fn sync_repository(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
) -> Result<Accepted<Repository>, Failure> {
    Ok(Accepted(repositories::repository(serving.app().request_sync(&actor, &name).await?, &actor.tenant)))
}

/// Lists commits of the followed branch, newest first, and on how many hosts each stands.
#[utoipa::path(get, path = "/api/v1/repositories/{name}/commits", tag = "repositories",
    params(("name" = String, Path), ListQuery), responses((status = 200, body = Page<Commit>), Failure))]
pub(crate) async fn list_repository_commits(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Commit>>, Failure> {
    let listed = serving.app().list_commits(&actor, &name, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, repositories::commit)))
}

/// Lists what is wrong with the manifests at the commit in force.
#[utoipa::path(get, path = "/api/v1/repositories/{name}/diagnostics", tag = "repositories",
    params(("name" = String, Path), ListQuery), responses((status = 200, body = Page<Diagnostic>), Failure))]
pub(crate) async fn list_repository_diagnostics(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(name): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<Diagnostic>>, Failure> {
    let listed = serving.app().list_diagnostics(&actor, &name, &query.paging()?).await?;
    Ok(Answer(wire::page(listed, repositories::diagnostic)))
}

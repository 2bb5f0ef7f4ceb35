//! The Git host: `/git/<tenant>/<repository>.git` over smart HTTP. Git itself serves (`git http-backend`); this
//! says who may, where the repository is, and asks the use cases about each push before it is accepted.

mod ask;
mod backend;
mod caller;
mod hook;
mod refusal;
mod request;
mod state;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

pub use ask::ask_about_push;
pub use hook::{ANSWER_LIMIT, HookAnswer, HookCall, HookEnvironment};

use self::caller::GitCaller;
use self::refusal::Refusal;
use self::request::Service;
use self::state::GitHost;
use crate::serving::Serving;

/// The routes of the Git host, with their own state and time limit.
pub(crate) fn router(serving: &Serving) -> Router<Serving> {
    let host = GitHost::new(serving.clone());
    Router::new().route("/git/{tenant}/{repository}/{*rest}", any(serve).with_state(host))
}

async fn serve(
    State(host): State<GitHost>,
    Path((tenant, repository, rest)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    answer(&host, (&tenant, &repository, &rest), request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn answer(
    host: &GitHost,
    (tenant, repository, rest): (&str, &str, &str),
    request: Request,
) -> Result<Response, Refusal> {
    let service = Service::of(request.method(), rest, request.uri().query())?;
    let Some(name) = repository.strip_suffix(".git") else { return Err(Refusal::NotFound) };
    let (caller, request) = caller::identify(host, tenant, service, request).await?;
    let app = host.app();
    let hosted = match (&caller, service.writes()) {
        (GitCaller::Actor(actor), true) => app.pushable_repository(actor, name).await?,
        (GitCaller::Actor(actor), false) => {
            caller::may_read(actor)?;
            app.hosted_repository(actor.tenant_id, name).await?
        }
        (GitCaller::Agent(agent), _) => app.hosted_repository(agent.tenant_id, name).await?,
    };
    backend::run(host, hosted, caller.label(), service, request).await
}

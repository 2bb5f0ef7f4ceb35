//! The Git host: `/git/<tenant>/<repository>.git`, real smart HTTP by `git http-backend`.
//!
//! People and programs give Basic credentials (an API token as the password, or e-mail address and
//! password); agents sign, and can only read. A push is judged before it is accepted: the hook of the served
//! `git` asks back over [`desk`], and the pusher reads the answer on the terminal.

mod answers;
mod ask;
mod backend;
mod caller;
mod desk;
mod hook;
mod turns;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use crontopus_api::Code;
use crontopus_app::git::Hosted;

use self::answers::{Answers, LARGEST_ANSWER, Question};
pub use self::ask::ask_about_push;
use self::backend::Answer;
use self::backend::Service;
use self::caller::{GitCaller, caller};
use self::desk::Desk;
pub use self::desk::{HookAnswer, HookQuestion};
pub use self::hook::{SOCKET_VARIABLE, TOKEN_VARIABLE};
use self::turns::{SignedIn, Turns};
use crate::extract::Path as UrlPath;
use crate::failure::Failure;
use crate::layers::frame;
use crate::serving::Serving;

/// A push is at most this large, in bytes; `receive.maxInputSize` says the same to Git.
const LARGEST_PUSH: usize = 100 << 20;

/// The Git host of a running service.
#[derive(Debug, Clone)]
pub struct GitHost(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    serving: Serving,
    hooks: PathBuf,
    socket: PathBuf,
    desk: Desk,
    turns: Turns,
    answers: Answers,
    signed_in: SignedIn,
}

impl GitHost {
    /// Writes the hooks below `data` and listens for what they ask. `program` is the service's own
    /// executable, which the hook starts.
    pub fn start(serving: Serving, data: &Path, program: &Path) -> io::Result<Self> {
        let data = &std::path::absolute(data)?;
        let hooks = hook::install(data, program)?;
        let socket = data.join("hook.sock");
        let host = Self(Arc::new(Inner {
            serving,
            hooks,
            socket: socket.clone(),
            desk: Desk::default(),
            turns: Turns::default(),
            answers: Answers::default(),
            signed_in: SignedIn::default(),
        }));
        desk::listen(&host, &socket)?;
        Ok(host)
    }

    /// The routes, to be merged with those of the service.
    pub fn router(&self) -> Router {
        let serving = self.0.serving.clone();
        Router::new()
            .route("/git/{tenant}/{repository}/info/refs", get(info_refs))
            .route("/git/{tenant}/{repository}/git-upload-pack", post(upload_pack))
            .route("/git/{tenant}/{repository}/git-receive-pack", post(receive_pack))
            .layer(DefaultBodyLimit::disable())
            .layer(Extension(self.clone()))
            .layer(from_fn_with_state(serving.clone(), frame::git))
            .with_state(serving)
    }
}

/// Tenant and repository of the address; the latter without `.git`.
type Names = UrlPath<(String, String)>;

async fn info_refs(
    State(serving): State<Serving>,
    Extension(host): Extension<GitHost>,
    UrlPath((tenant, repository)): Names,
    request: Request,
) -> Response {
    let service = match request.uri().query() {
        Some("service=git-upload-pack") => Service::Read,
        Some("service=git-receive-pack") => Service::Write,
        _ => return old_protocol().into_response(),
    };
    answer(&serving, &host, (&tenant, &repository), service, "info/refs", request).await
}

async fn upload_pack(
    State(serving): State<Serving>,
    Extension(host): Extension<GitHost>,
    UrlPath((tenant, repository)): Names,
    request: Request,
) -> Response {
    answer(&serving, &host, (&tenant, &repository), Service::Read, "git-upload-pack", request).await
}

async fn receive_pack(
    State(serving): State<Serving>,
    Extension(host): Extension<GitHost>,
    UrlPath((tenant, repository)): Names,
    request: Request,
) -> Response {
    answer(&serving, &host, (&tenant, &repository), Service::Write, "git-receive-pack", request).await
}

async fn answer(
    serving: &Serving,
    host: &GitHost,
    names: (&str, &str),
    service: Service,
    rest: &'static str,
    request: Request,
) -> Response {
    let signed = request.headers().contains_key("signature-input");
    served(serving, host, names, service, rest, request)
        .await
        .unwrap_or_else(|failure| caller::challenge(failure, signed))
}

async fn served(
    serving: &Serving,
    host: &GitHost,
    (tenant, repository): (&str, &str),
    service: Service,
    rest: &'static str,
    request: Request,
) -> Result<Response, Failure> {
    let (caller, request) = caller(serving, &host.0.signed_in, tenant, request).await?;
    let name = repository.strip_suffix(".git").ok_or_else(|| missing(repository))?;
    let hosted = match (&caller, service) {
        (GitCaller::Agent(agent), Service::Read) => {
            serving.app().hosted_repository(agent.tenant_id, name).await?
        }
        (GitCaller::Agent(_), Service::Write) => {
            return Err(Failure::new(Code::Forbidden, "agents read; they never push"));
        }
        (GitCaller::Actor(actor), Service::Read) => {
            caller::may_read(actor)?;
            serving.app().hosted_repository(actor.tenant_id, name).await?
        }
        (GitCaller::Actor(actor), Service::Write) => serving.app().pushable_repository(actor, name).await?,
    };
    let user = caller.label();
    if matches!(caller, GitCaller::Agent(_)) {
        return to_agent(serving, host, &hosted, &user, rest, request).await;
    }
    let turn = host.0.turns.take(hosted.tenant_id).await?;
    match rest {
        "git-receive-pack" => {
            let pushed = push(serving, host, &hosted, &user, request).await;
            drop(turn);
            pushed
        }
        _ => backend::stream(&hosted, &user, rest, request, turn).await,
    }
}

/// What an agent reads. Many ask the same at once when a commit came.
async fn to_agent(
    serving: &Serving,
    host: &GitHost,
    hosted: &Hosted,
    user: &str,
    rest: &'static str,
    request: Request,
) -> Result<Response, Failure> {
    let (now_ms, answers) = (|| serving.app().clock().now_ms(), &host.0.answers);
    let (question, request) = Question::read(hosted, rest, request).await;
    let find = || question.as_ref().and_then(|question| answers.find(question, now_ms()));
    if let Some(answer) = find() {
        return Ok(answer);
    }
    let turn = host.0.turns.take(hosted.tenant_id).await?;
    // Whoever had a turn meanwhile may have asked it.
    if let Some(answer) = find() {
        return Ok(answer);
    }
    match backend::whole(hosted, user, rest, request, turn, LARGEST_ANSWER).await? {
        Answer::Streamed(response) => Ok(response),
        Answer::Whole(head, body) => {
            if let Some(question) = question {
                answers.keep(hosted, question, now_ms(), (&head, &body)).await;
            }
            Ok(Response::from_parts(head, Body::from(body)))
        }
    }
}

/// A push: its hook can ask back while it runs, and what it brought is in force before it is answered.
async fn push(
    serving: &Serving,
    host: &GitHost,
    hosted: &Hosted,
    user: &str,
    request: Request,
) -> Result<Response, Failure> {
    let ticket = host.0.desk.open(serving.app().entropy().as_ref(), hosted.clone());
    let hook = hook::Environment { hooks: &host.0.hooks, socket: &host.0.socket, token: ticket.token() };
    let (head, body) = backend::collect(hosted, user, request, LARGEST_PUSH, &hook).await?;
    drop(ticket);
    if let Err(error) = serving.app().sync_repository(hosted.tenant_id, hosted.id).await {
        // The push stands; the sync is tried again by its task, and its trouble is shown with the repository.
        tracing::error!(%error, repository = %hosted.id, "a pushed commit was not taken in");
    }
    Ok(Response::from_parts(head, Body::from(body)))
}

fn missing(repository: &str) -> Failure {
    Failure::new(Code::NotFound, format!("no repository {repository}"))
}

fn old_protocol() -> Failure {
    Failure::new(Code::Forbidden, "only smart HTTP is spoken here; use git 1.6.6 or newer")
}

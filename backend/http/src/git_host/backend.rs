//! `git http-backend` as a child: a request becomes its environment and standard input, its standard output
//! becomes the answer (RFC 3875).

use std::process::Stdio;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::response::Parts as Head;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use crontopus_api::Code;
use crontopus_app::git::Hosted;
use futures_util::StreamExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio_util::io::ReaderStream;

use super::hook::{Environment, SOCKET_VARIABLE, TOKEN_VARIABLE};
use super::turns::Turn;
use crate::failure::Failure;

/// Longest time one process may take.
const LONGEST: Duration = Duration::from_secs(600);
/// The answer to a push is a report of a few lines for each branch.
const LARGEST_REPORT: u64 = 8 << 20;
/// What a fetch wants and has.
const LARGEST_FETCH: usize = 10 << 20;
/// Headers of an answer.
const LARGEST_HEAD: u64 = 64 << 10;

/// What is asked of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// Clone and fetch.
    Read,
    /// Push.
    Write,
}

/// Settings of the served process; no file of the machine or of a user is read.
const SETTINGS: &[(&str, &str)] = &[
    ("safe.directory", "*"),
    ("uploadpack.allowFilter", "true"),
    ("uploadpack.allowReachableSHA1InWant", "true"),
    ("receive.advertisePushOptions", "true"),
    // Packs are put together after a sync, and nothing is forgotten then: an unreachable commit may be in force.
    ("receive.autogc", "false"),
    ("receive.fsckObjects", "true"),
    // What a body holds once it is unpacked from its encoding counts too.
    ("receive.maxInputSize", "104857600"),
    // Larger objects are never held in memory whole.
    ("core.bigFileThreshold", "4m"),
    ("receive.denyDeleteCurrent", "ignore"),
    ("http.receivepack", "true"),
];

/// Answers as the process writes.
pub(super) async fn stream(
    hosted: &Hosted,
    user: &str,
    rest: &str,
    request: Request,
    turn: Turn,
) -> Result<Response<Body>, Failure> {
    Ok(Begun::start(hosted, user, rest, request, turn).await?.stream(Bytes::new()))
}

/// What a process answered.
pub(super) enum Answer {
    /// All of it; the process has ended well.
    Whole(Head, Bytes),
    /// It is too large to be held, or the process did not end well: as it writes.
    Streamed(Response<Body>),
}

/// Answers at once what is no larger than `limit` bytes.
pub(super) async fn whole(
    hosted: &Hosted,
    user: &str,
    rest: &str,
    request: Request,
    turn: Turn,
    limit: usize,
) -> Result<Answer, Failure> {
    let mut begun = Begun::start(hosted, user, rest, request, turn).await?;
    let mut body = Vec::new();
    let mut limited = (&mut begun.stdout).take(limit as u64 + 1);
    tokio::time::timeout(LONGEST, limited.read_to_end(&mut body))
        .await
        .map_err(|_| slow())?
        .map_err(broken)?;
    let ended_well = body.len() <= limit && begun.child.wait().await.map_err(broken)?.success();
    let body = Bytes::from(body);
    Ok(if ended_well { Answer::Whole(begun.head, body) } else { Answer::Streamed(begun.stream(body)) })
}

/// A process that has the whole request and has written the head of its answer.
struct Begun {
    child: Child,
    stdout: BufReader<ChildStdout>,
    head: Head,
    turn: Turn,
}

impl Begun {
    async fn start(
        hosted: &Hosted,
        user: &str,
        rest: &str,
        request: Request,
        turn: Turn,
    ) -> Result<Self, Failure> {
        let (child, stdin, mut stdout) = start(hosted, user, rest, &request, None)?;
        let both = async { tokio::join!(head(&mut stdout), feed(stdin, request, LARGEST_FETCH)) };
        let (head, fed) = tokio::time::timeout(LONGEST, both).await.map_err(|_| slow())?;
        fed?;
        Ok(Self { child, stdout, head: head?, turn })
    }

    /// What was read already, and what comes.
    fn stream(self, read: Bytes) -> Response<Body> {
        let Self { mut child, stdout, head, turn } = self;
        let rest = ReaderStream::with_capacity(stdout, 64 << 10).map(move |chunk| {
            // The process lives as long as its answer is read, and is killed with it.
            let _keep = (&mut child, &turn);
            chunk
        });
        let read = futures_util::stream::iter((!read.is_empty()).then_some(Ok(read)));
        Response::from_parts(head, Body::from_stream(read.chain(rest)))
    }
}

/// Answers once the process has ended.
pub(super) async fn collect(
    hosted: &Hosted,
    user: &str,
    request: Request,
    limit: usize,
    hook: &Environment<'_>,
) -> Result<(Head, Bytes), Failure> {
    let declared =
        request.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(Failure::new(Code::TooLarge, format!("a push has at most {} MiB", limit >> 20)));
    }
    let (mut child, stdin, mut stdout) = start(hosted, user, "git-receive-pack", &request, Some(hook))?;
    let reading = async {
        let head = head(&mut stdout).await?;
        let mut body = Vec::new();
        (&mut stdout).take(LARGEST_REPORT).read_to_end(&mut body).await.map_err(broken)?;
        Ok::<_, Failure>((head, Bytes::from(body)))
    };
    let both = async { tokio::join!(reading, feed(stdin, request, limit)) };
    let (answer, fed) = tokio::time::timeout(LONGEST, both).await.map_err(|_| slow())?;
    fed?;
    child.wait().await.map_err(broken)?;
    answer
}

type Started = (Child, ChildStdin, BufReader<ChildStdout>);

#[expect(clippy::disallowed_methods, reason = "this is the Git host's one process boundary")]
fn start(
    hosted: &Hosted,
    user: &str,
    rest: &str,
    request: &Request,
    hook: Option<&Environment<'_>>,
) -> Result<Started, Failure> {
    let (Some(root), Some(name)) = (hosted.path.parent(), hosted.path.file_name()) else {
        return Err(Failure::new(Code::Internal, "the repository has no place"));
    };
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut command = Command::new("git");
    command
        .arg("http-backend")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", "/nonexistent")
        .env("GIT_PROJECT_ROOT", std::path::absolute(root).map_err(broken)?)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("REQUEST_METHOD", request.method().as_str())
        .env("PATH_INFO", format!("/{}/{rest}", name.to_string_lossy()))
        .env("QUERY_STRING", request.uri().query().unwrap_or(""))
        .env("CONTENT_TYPE", header("content-type"))
        .env("REMOTE_USER", user)
        .env("REMOTE_ADDR", "127.0.0.1")
        .env("GIT_PROTOCOL", header("git-protocol"))
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"));
    if request.headers().contains_key("content-length") {
        command.env("CONTENT_LENGTH", header("content-length"));
    }
    let mut settings: Vec<(&str, String)> = SETTINGS.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
    match hook {
        Some(hook) => {
            settings.push(("core.hooksPath", hook.hooks.to_string_lossy().into_owned()));
            command.env(SOCKET_VARIABLE, hook.socket).env(TOKEN_VARIABLE, hook.token);
        }
        None => settings.push(("core.hooksPath", "/dev/null".to_owned())),
    }
    command.env("GIT_CONFIG_COUNT", settings.len().to_string());
    for (at, (key, value)) in settings.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{at}"), key).env(format!("GIT_CONFIG_VALUE_{at}"), value);
    }
    let spawned =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn();
    let mut child = spawned.map_err(|error| {
        tracing::error!(%error, "git cannot be started; is it installed?");
        Failure::new(Code::Unavailable, "the Git host cannot serve now")
    })?;
    match (child.stdin.take(), child.stdout.take()) {
        (Some(stdin), Some(stdout)) => Ok((child, stdin, BufReader::new(stdout))),
        _ => Err(Failure::new(Code::Internal, "the Git host has no pipes")),
    }
}

/// Gives the process the request's body. A process that stops reading has its reasons; they are in its answer.
async fn feed(mut stdin: ChildStdin, request: Request, limit: usize) -> Result<(), Failure> {
    let mut body = request.into_body().into_data_stream();
    let mut left = limit;
    while let Some(chunk) = body.next().await {
        let chunk =
            chunk.map_err(|_| Failure::new(Code::BadRequest, "the body ended before it was complete"))?;
        left = left.checked_sub(chunk.len()).ok_or_else(|| {
            Failure::new(Code::TooLarge, format!("a request has at most {} MiB", limit >> 20))
        })?;
        if stdin.write_all(&chunk).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The head of a CGI answer: `Status`, headers, an empty line.
async fn head(stdout: &mut BufReader<ChildStdout>) -> Result<Head, Failure> {
    let mut status = StatusCode::OK;
    let mut headers = HeaderMap::new();
    let mut limited = stdout.take(LARGEST_HEAD);
    loop {
        let mut line = String::new();
        let read = limited.read_line(&mut line).await.map_err(broken)?;
        if read == 0 {
            return Err(Failure::new(Code::Internal, "git ended without an answer"));
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("status") {
            status = value.get(..3).and_then(|code| code.parse().ok()).unwrap_or(StatusCode::BAD_GATEWAY);
        } else if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    let mut response = Response::new(());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response.into_parts().0)
}

fn broken(error: std::io::Error) -> Failure {
    tracing::error!(%error, "the pipe to git broke");
    Failure::new(Code::Internal, "the Git host's process broke off")
}

fn slow() -> Failure {
    Failure::new(Code::Unavailable, format!("the push took longer than {} minutes", LONGEST.as_secs() / 60))
}

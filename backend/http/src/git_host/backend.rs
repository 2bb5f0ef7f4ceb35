//! One run of `git http-backend`, as a CGI program (RFC 3875).

use std::process::Stdio;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use crontopus_app::git::Hosted;
use futures_util::StreamExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::hook::{Asking, HookEnvironment};
use super::refusal::Refusal;
use super::request::Service;
use super::state::{GitHost, Turn};

/// Bytes of one push.
const PUSH_LIMIT: u64 = 100 << 20;
/// Bytes of the request of a fetch: what is wanted and what is there.
const FETCH_LIMIT: u64 = 10 << 20;
/// Bytes of the head of what the program answers.
const HEAD_LIMIT: u64 = 16 << 10;
/// Longest time for one request.
const TIME: Duration = Duration::from_secs(600);

type Chunk = Result<Bytes, std::io::Error>;

/// Answers the request by the program.
pub(super) async fn run(
    host: &GitHost,
    hosted: Hosted,
    label: &str,
    service: Service,
    request: Request,
) -> Result<Response, Refusal> {
    let limit = if service == Service::Push { PUSH_LIMIT } else { FETCH_LIMIT };
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: u64| length > limit) {
        return Err(Refusal::TooLarge(limit));
    }
    let turn = host.turn(&hosted).await?;
    let mut command = command(&hosted, label, service, request.headers());
    let asking = if service.writes() { Some(expect_hook(host, &hosted, &mut command).await?) } else { None };
    let mut child = command.spawn().map_err(|error| {
        tracing::error!(%error, "`git` cannot be started; is it installed?");
        Refusal::Internal
    })?;
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Refusal::Internal);
    };
    let tasks = host.app().tasks();
    let feeding = tasks.spawn(feed(request.into_body(), stdin, limit));
    let mut output = BufReader::new(stdout);
    let head = tokio::time::timeout(TIME, head(&mut output)).await;
    let Some((status, headers)) = head.ok().flatten() else {
        let fed = feeding.await;
        return Err(if matches!(fed, Ok(Fed::TooMuch)) {
            Refusal::TooLarge(limit)
        } else {
            Refusal::Internal
        });
    };
    let (sender, receiver) = mpsc::channel(4);
    let run = Run { host: host.clone(), hosted, service, child, _turn: turn, _asking: asking };
    tasks.spawn(async move {
        let overdue = sender.clone();
        if tokio::time::timeout(TIME, run.finish(output, sender)).await.is_err() {
            let error = std::io::Error::new(std::io::ErrorKind::TimedOut, "it took too long");
            overdue.try_send(Err(error)).ok();
        }
    });
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(receiver)));
    *response.status_mut() = status;
    response.headers_mut().extend(headers);
    Ok(response)
}

/// The program with nothing of the server's surroundings: no hook but ours, no configuration of machine or
/// user, and only this tenant's repositories below its root.
#[expect(
    clippy::disallowed_methods,
    reason = "the Git host is the one place of this crate that starts a process"
)]
fn command(hosted: &Hosted, label: &str, service: Service, headers: &HeaderMap) -> Command {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let root = hosted.path.parent().unwrap_or(&hosted.path);
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let name = hosted.path.file_name().unwrap_or_default().to_string_lossy();
    let (path, query) = service.target();
    let method = if path == "info/refs" { "GET" } else { "POST" };
    let mut command = Command::new("git");
    command
        .arg("http-backend")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", "/nonexistent")
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_HTTP_MAX_REQUEST_BUFFER", "10M")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", format!("/{name}/{path}"))
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", text(header::CONTENT_TYPE))
        .env("HTTP_CONTENT_ENCODING", text(header::CONTENT_ENCODING))
        .env("GIT_PROTOCOL", text(HeaderName::from_static("git-protocol")))
        .env("REMOTE_USER", label.chars().filter(|c| !c.is_control()).take(100).collect::<String>())
        .env("REMOTE_ADDR", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    if let Some(length) = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()) {
        command.env("CONTENT_LENGTH", length);
    }
    configure(&mut command, &[("safe.directory", "*"), ("uploadpack.allowFilter", "true")]);
    command
}

/// Settings of the command's own scope, which Git believes above every file.
fn configure(command: &mut Command, settings: &[(&str, &str)]) {
    command.env("GIT_CONFIG_COUNT", settings.len().to_string());
    for (at, (key, value)) in settings.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{at}"), key).env(format!("GIT_CONFIG_VALUE_{at}"), value);
    }
}

/// Lets the push be judged by the hook.
async fn expect_hook(host: &GitHost, hosted: &Hosted, command: &mut Command) -> Result<Asking, Refusal> {
    let hooks = host.hooks().await?;
    let asking = hooks.expect(host.app(), hosted);
    let directory = hooks.directory().to_string_lossy();
    configure(
        command,
        &[
            ("safe.directory", "*"),
            ("core.hooksPath", &directory),
            ("receive.advertisePushOptions", "true"),
            ("receive.fsckObjects", "true"),
            ("receive.maxInputSize", &PUSH_LIMIT.to_string()),
            ("receive.denyDeletes", "false"),
            ("receive.denyDeleteCurrent", "ignore"),
        ],
    );
    command
        .env(HookEnvironment::ADDRESS, hooks.address().to_string())
        .env(HookEnvironment::TOKEN, &asking.token)
        .env(HookEnvironment::PROGRAM, hooks.program());
    Ok(asking)
}

/// How the feeding of the program ended.
enum Fed {
    Done,
    TooMuch,
}

/// Passes the body on, as it comes. Too much ends it early, which the program takes for a broken request.
async fn feed(body: Body, mut stdin: ChildStdin, limit: u64) -> Fed {
    let mut stream = body.into_data_stream();
    let mut left = limit;
    while let Some(Ok(chunk)) = stream.next().await {
        let Some(rest) = left.checked_sub(chunk.len() as u64) else { return Fed::TooMuch };
        left = rest;
        // The program may answer without reading everything.
        if stdin.write_all(&chunk).await.is_err() {
            break;
        }
    }
    Fed::Done
}

/// Status and headers, up to the empty line.
async fn head(output: &mut BufReader<ChildStdout>) -> Option<(StatusCode, HeaderMap)> {
    let (mut status, mut headers) = (StatusCode::OK, HeaderMap::new());
    let mut limited = output.take(HEAD_LIMIT);
    loop {
        let mut line = String::new();
        if limited.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            return Some((status, headers));
        }
        let (name, value) = line.split_once(": ")?;
        if name.eq_ignore_ascii_case("status") {
            status = value.get(..3)?.parse().ok()?;
        } else {
            headers.append(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
        }
    }
}

/// A program that is answering.
struct Run {
    host: GitHost,
    hosted: Hosted,
    service: Service,
    child: Child,
    _turn: Turn,
    _asking: Option<Asking>,
}

impl Run {
    /// Passes the answer on. The answer to a push ends only after its sync, so that whoever sees `git push`
    /// return sees the jobs.
    async fn finish(mut self, mut output: BufReader<ChildStdout>, sender: mpsc::Sender<Chunk>) {
        let mut listening = true;
        loop {
            let mut buffer = bytes::BytesMut::with_capacity(32 << 10);
            match output.read_buf(&mut buffer).await {
                Ok(0) => break,
                Ok(_) => listening = listening && sender.send(Ok(buffer.freeze())).await.is_ok(),
                Err(error) => {
                    sender.send(Err(error)).await.ok();
                    break;
                }
            }
            // Nobody waits for a fetch any more; a push goes on.
            if !listening && self.service != Service::Push {
                return;
            }
        }
        let ended = self.child.wait().await;
        if self.service == Service::Push && ended.is_ok() {
            let Hosted { tenant_id, id, .. } = self.hosted;
            // Its failure is in the repository's status and in the log.
            self.host.app().sync_repository(tenant_id, id).await.ok();
        }
    }
}

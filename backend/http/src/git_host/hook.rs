use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crontopus_app::App;
use crontopus_app::git::{Hosted, Push, PushVerdict, PushedBranch};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Bytes of a hook's question that are read: enough for a hundred thousand references.
const QUESTION_LIMIT: u64 = 16 << 20;
/// Bytes of an answer that a hook reads.
pub const ANSWER_LIMIT: u64 = 1 << 20;
/// How long a hook may take to ask.
const PATIENCE: Duration = Duration::from_secs(30);

/// Names of the variables by which a hook learns whom to ask.
#[derive(Debug, Clone, Copy)]
pub struct HookEnvironment;

impl HookEnvironment {
    /// `address:port` of the server that waits for the hook's question.
    pub const ADDRESS: &'static str = "CRONTOPUS_HOOK_ADDRESS";
    /// Secret of this one push.
    pub const TOKEN: &'static str = "CRONTOPUS_HOOK_TOKEN";
    /// The server's own program, which is the hook.
    pub const PROGRAM: &'static str = "CRONTOPUS_HOOK_PROGRAM";
}

/// What the hook asks, as one JSON document; it then closes its side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookCall {
    /// Secret of the push; good once.
    pub token: String,
    /// Where the new objects are held back; none when nothing came.
    pub objects: Option<PathBuf>,
    /// Old id, new id, full name of each reference.
    pub references: Vec<(String, String, String)>,
    /// What the pusher said with `--push-option`.
    pub options: Vec<String>,
}

/// What the hook is answered, as one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookAnswer {
    /// Whether the push is accepted.
    pub accepted: bool,
    /// What the pusher reads.
    pub text: String,
}

/// Answers the hooks of pushes on a port of the loopback interface. Whoever connects must know the secret of a
/// push that goes on now: 256 random bits, good once.
pub(super) struct Hooks {
    address: SocketAddr,
    waiting: Waiting,
    directory: PathBuf,
    program: PathBuf,
}

type Waiting = Arc<Mutex<HashMap<String, Hosted>>>;

/// A push that may ask; when this is dropped it may no longer.
pub(super) struct Asking {
    pub(super) token: String,
    waiting: Waiting,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.waiting.lock().remove(&self.token);
    }
}

impl Hooks {
    pub(super) async fn start(app: Arc<App>) -> std::io::Result<Self> {
        let directory = app.settings().git.data_dir.join("hooks");
        let program = match &app.settings().git.hook_program {
            Some(program) => program.clone(),
            None => std::env::current_exe()?,
        };
        let written = directory.clone();
        tokio::task::spawn_blocking(move || write_hook(&written)).await??;
        let directory = std::path::absolute(directory)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let waiting = Waiting::default();
        app.tasks().spawn(listen(app.clone(), listener, waiting.clone()));
        Ok(Self { address, waiting, directory, program })
    }

    /// Lets the hook of one push ask.
    pub(super) fn expect(&self, app: &App, hosted: &Hosted) -> Asking {
        let token = crontopus_app::secret::random(app.entropy().as_ref());
        self.waiting.lock().insert(token.clone(), hosted.clone());
        Asking { token, waiting: self.waiting.clone() }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the only hook there is lies.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn program(&self) -> &Path {
        &self.program
    }
}

/// Git starts a hook by its name; it is the server's own program.
fn write_hook(directory: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let draft = directory.join(format!(".pre-receive.{}", std::process::id()));
    let text = format!("#!/bin/sh\nexec \"${}\" hook pre-receive\n", HookEnvironment::PROGRAM);
    std::fs::write(&draft, text)?;
    #[cfg(unix)]
    std::fs::set_permissions(&draft, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    std::fs::rename(draft, directory.join("pre-receive"))
}

async fn listen(app: Arc<App>, listener: TcpListener, waiting: Waiting) {
    loop {
        let stream = tokio::select! {
            () = app.shutdown().cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match stream {
            Ok((stream, _)) => {
                let (app_of_hook, waiting) = (app.clone(), waiting.clone());
                app.tasks().spawn(async move {
                    let answered = answer(&app_of_hook, stream, &waiting);
                    if let Err(error) = answered.await {
                        tracing::warn!(%error, "a hook could not be answered");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a hook could not connect");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn answer(app: &App, mut stream: TcpStream, waiting: &Waiting) -> std::io::Result<()> {
    let mut question = Vec::new();
    let mut limited = (&mut stream).take(QUESTION_LIMIT);
    tokio::time::timeout(PATIENCE, limited.read_to_end(&mut question)).await??;
    let Ok(call) = serde_json::from_slice::<HookCall>(&question) else { return Ok(()) };
    let Some(hosted) = waiting.lock().remove(&call.token) else { return Ok(()) };
    let branch = |(old, new, name)| PushedBranch { old, new, name };
    let push = Push {
        tenant_id: hosted.tenant_id,
        repository_id: hosted.id,
        objects: call.objects,
        branches: call.references.into_iter().map(branch).collect(),
        options: call.options,
    };
    let verdict = app.judge_push(push).await.unwrap_or_else(|error| {
        tracing::error!(error = %crate::failure::chain(&error), "a push could not be judged");
        let text = "Refused: the push could not be judged; nothing was changed. Try again.\n".to_owned();
        PushVerdict { accepted: false, text }
    });
    let answer = HookAnswer { accepted: verdict.accepted, text: verdict.text };
    stream.write_all(&serde_json::to_vec(&answer).unwrap_or_default()).await?;
    stream.shutdown().await
}

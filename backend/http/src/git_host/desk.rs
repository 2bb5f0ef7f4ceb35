//! Where hooks ask: a Unix socket in the data directory, one question and one answer per connection, each a
//! JSON document; the question ends with the writing half of the connection.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crontopus_app::git::{Hosted, Push, PushVerdict, PushedBranch};
use crontopus_clock::Entropy;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use super::GitHost;

/// A push of thousands of branches is still far below.
const LARGEST_QUESTION: u64 = 4 << 20;
/// A hook that does not finish its question is left alone after this.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a hook asks: may this be accepted?
#[derive(Debug, Serialize, Deserialize)]
pub struct HookQuestion {
    /// For which push.
    pub token: String,
    /// Where the pushed objects are held back; `None` when nothing came.
    pub objects: Option<std::path::PathBuf>,
    /// What is pushed: old id, new id and name of each reference.
    pub references: Vec<(String, String, String)>,
    /// `--push-option`s.
    pub options: Vec<String>,
}

/// What it is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct HookAnswer {
    /// Whether the push is accepted.
    pub accepted: bool,
    /// What the pusher reads.
    pub text: String,
}

/// The pushes that go on.
#[derive(Debug, Default, Clone)]
pub(super) struct Desk(Arc<Mutex<HashMap<String, Hosted>>>);

/// One push that goes on; its token ends with it.
#[derive(Debug)]
pub(super) struct Ticket {
    desk: Desk,
    token: String,
}

impl Desk {
    /// Takes note of a push.
    pub(super) fn open(&self, entropy: &dyn Entropy, hosted: Hosted) -> Ticket {
        let mut random = [0; 32];
        entropy.fill(&mut random);
        let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), hosted);
        Ticket { desk: self.clone(), token }
    }

    fn find(&self, token: &str) -> Option<Hosted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }
}

impl Ticket {
    /// What the hook shows.
    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.desk.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.token);
    }
}

/// Listens until the service ends.
pub(super) fn listen(host: &GitHost, socket: &Path) -> io::Result<()> {
    match fs::remove_file(socket) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, fs::Permissions::from_mode(0o600))?;
    let app = host.0.serving.app().clone();
    let (host, tasks, shutdown) = (host.clone(), app.tasks().clone(), app.shutdown().clone());
    app.tasks().spawn(async move {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let host = host.clone();
                        tasks.spawn(async move {
                            if let Err(error) = attend(&host, stream).await {
                                tracing::warn!(%error, "a hook was not answered");
                            }
                        });
                    }
                    Err(error) => tracing::warn!(%error, "a hook did not get through"),
                },
            }
        }
    });
    Ok(())
}

async fn attend(host: &GitHost, mut stream: UnixStream) -> io::Result<()> {
    let mut text = Vec::new();
    let (read, mut write) = stream.split();
    let mut read = read.take(LARGEST_QUESTION);
    tokio::time::timeout(PATIENCE, read.read_to_end(&mut text)).await.map_err(io::Error::other)??;
    let answer = match serde_json::from_slice::<HookQuestion>(&text) {
        Ok(question) => judge(host, question).await,
        Err(error) => refuse(format!("the hook's question cannot be read: {error}")),
    };
    write.write_all(&serde_json::to_vec(&answer)?).await?;
    write.shutdown().await
}

async fn judge(host: &GitHost, question: HookQuestion) -> HookAnswer {
    let Some(hosted) = host.0.desk.find(&question.token) else {
        return refuse("the push is not known to the server; push again".to_owned());
    };
    let own = std::path::absolute(hosted.path.join("objects"));
    let is_own = |objects: &std::path::PathBuf| own.as_ref().is_ok_and(|own| objects.starts_with(own));
    if !question.objects.as_ref().is_none_or(is_own) {
        return refuse("the pushed objects are not in the repository".to_owned());
    }
    let branches = question.references.into_iter();
    let push = Push {
        tenant_id: hosted.tenant_id,
        repository_id: hosted.id,
        objects: question.objects,
        branches: branches.map(|(old, new, name)| PushedBranch { old, new, name }).collect(),
        options: question.options,
    };
    match host.0.serving.app().judge_push(push).await {
        Ok(PushVerdict { accepted, text }) => HookAnswer { accepted, text },
        Err(error) => {
            tracing::error!(%error, repository = %hosted.id, "a push could not be judged");
            refuse(format!("the push could not be judged ({error}); nothing was changed, try again later"))
        }
    }
}

fn refuse(text: String) -> HookAnswer {
    HookAnswer { accepted: false, text }
}

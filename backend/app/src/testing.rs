//! What the tests of this crate, and of those above it, begin with: a service without its edges, somebody who has
//! signed up, and the real git.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crontopus_clock::{Clock, Entropy};
use crontopus_store::Store;

use crate::access::{Actor, Origin};
use crate::{App, HashCost, NewAccount, Parts, PasswordHasher, ServerKey, Settings};

/// Everybody's password.
pub const PASSWORD: &str = "three green otters juggle 17 clocks";

/// A service on this database, whose passwords are hashed quickly.
pub fn service(
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    settings: Settings,
) -> Arc<App> {
    let hasher = PasswordHasher::new(HashCost { memory_kib: 64, passes: 1 }, 2).unwrap();
    Arc::new(App::new(Parts { store, clock, entropy, settings, key: ServerKey::from_seed(&[7; 32]), hasher }))
}

/// A new database in the directory.
pub async fn database(dir: &Path) -> Store {
    let store = Store::open(dir.join("test.db").to_str().unwrap()).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// Signs up the owner `ada@<tenant>.example` of a new tenant; who that is, and the secret of the session.
pub async fn sign_up(app: &App, tenant: &str) -> (Actor, String) {
    let account = NewAccount {
        email: format!("ada@{tenant}.example"),
        password: PASSWORD.to_owned(),
        name: "Ada".to_owned(),
        tenant: tenant.to_owned(),
    };
    let secret = app.sign_up(Origin::default(), account).await.unwrap().secret;
    let actor = app.session_actor(&secret, Some(tenant), Origin::default()).await.unwrap();
    (actor, secret)
}

/// The real git, which knows nothing of the machine's own settings.
#[expect(clippy::disallowed_methods, reason = "the tests' one function that starts git")]
pub fn git_command(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(directory)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org");
    command
}

/// Runs git, which must succeed; what it wrote.
pub fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = git_command(directory).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Writes a file of a work tree.
pub fn write(work: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = work.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Commits everything in a work tree; the commit.
pub fn commit(work: &Path, message: &str) -> String {
    git(work, &["add", "--all"]);
    git(work, &["commit", "--quiet", "--allow-empty", "-m", message]);
    git(work, &["rev-parse", "HEAD"]).trim().to_owned()
}

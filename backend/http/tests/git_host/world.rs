//! A whole service on a port of its own, and clones of its repositories.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use crontopus_app::access::{Actor, Scope};
use crontopus_app::git::{GitSettings, NewRepository};
use crontopus_app::testing::{database, git_command, service, sign_up, write};
use crontopus_app::{App, NewToken, Settings};
use crontopus_clock::{SystemClock, SystemEntropy};
use crontopus_http::git_host::GitHost;
use crontopus_http::{HttpSettings, Serving, router};

pub(crate) use crontopus_app::testing::PASSWORD;

pub(crate) const JOB: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: backup}\nspec:\n  schedule: \"0 2 * * *\"\n  timezone: Europe/Berlin\n";

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) address: SocketAddr,
    dir: tempfile::TempDir,
}

/// Somebody with a tenant, a repository `jobs` and a token for everything.
pub(crate) struct Tenant {
    pub(crate) slug: String,
    pub(crate) actor: Actor,
    pub(crate) token: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = database(dir.path()).await;
        let git = GitSettings { data_dir: dir.path().join("data"), ..GitSettings::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = Settings { public_url: format!("http://{address}"), git, ..Settings::default() };
        let app = service(store, Arc::new(SystemClock), Arc::new(SystemEntropy), settings);
        let serving = Serving::new(app.clone(), HttpSettings::default());
        let host =
            GitHost::start(serving.clone(), &dir.path().join("data"), &hook_program(dir.path())).unwrap();
        let service =
            router(serving).merge(host.router()).into_make_service_with_connect_info::<SocketAddr>();
        app.tasks().spawn(async move { axum::serve(listener, service).await });
        Self { app, address, dir }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) async fn tenant(&self, slug: &str) -> Tenant {
        let (actor, _) = sign_up(&self.app, slug).await;
        let new = NewRepository { name: "jobs".to_owned(), ..NewRepository::default() };
        self.app.connect_repository(&actor, new).await.unwrap();
        let token = self.token(&actor, Scope::ALL).await;
        Tenant { slug: slug.to_owned(), actor, token }
    }

    pub(crate) async fn token(&self, actor: &Actor, scopes: &[Scope]) -> String {
        let new = NewToken { name: "git".to_owned(), scopes: scopes.to_vec(), days: None };
        self.app.create_token(actor, new).await.unwrap().secret
    }

    /// Address of a tenant's repository with credentials in it.
    pub(crate) fn url(&self, tenant: &str, user: &str, password: &str) -> String {
        let encode = |text: &str| text.replace(' ', "%20").replace('@', "%40");
        format!("http://{}:{}@{}/git/{tenant}/jobs.git", encode(user), encode(password), self.address)
    }

    /// A clone by the tenant's token, in a directory of its own.
    pub(crate) async fn clone_of(&self, tenant: &Tenant) -> Clone {
        let url = self.url(&tenant.slug, "git", &tenant.token);
        let path = self.path().join(format!("clone-{}-{}", tenant.slug, rand_name()));
        git(self.path(), &["clone", "--quiet", &url, path.to_str().unwrap()]).await.ok();
        Clone { path }
    }
}

/// A work tree.
pub(crate) struct Clone {
    pub(crate) path: PathBuf,
}

impl Clone {
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        write(&self.path, path, text);
        self
    }

    pub(crate) async fn git(&self, arguments: &[&str]) -> Said {
        git(&self.path, arguments).await
    }

    pub(crate) async fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]).await.ok();
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]).await.ok();
        self.git(&["rev-parse", "HEAD"]).await.ok().trim().to_owned()
    }

    pub(crate) async fn push(&self, arguments: &[&str]) -> Said {
        let mut all = vec!["push", "--quiet"];
        all.extend(arguments);
        if !arguments.iter().any(|a| a.contains(':') || *a == "main") {
            all.extend(["origin", "HEAD:main"]);
        }
        self.git(&all).await
    }
}

/// What `git` said.
#[derive(Debug)]
pub(crate) struct Said(Output);

impl Said {
    pub(crate) fn ok(self) -> String {
        assert!(self.0.status.success(), "{}", self.stderr());
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn failed(self) -> String {
        assert!(!self.0.status.success(), "this should not have worked: {}", self.stderr());
        self.stderr()
    }

    /// Lines of the server, without Git's padding.
    pub(crate) fn remote(&self) -> String {
        let text = self.stderr();
        let lines = text.lines().filter_map(|l| l.strip_prefix("remote: ").or(l.strip_prefix("remote:")));
        lines.map(|l| l.trim_end().to_owned() + "\n").collect()
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }
}

pub(crate) async fn git(directory: &Path, arguments: &[&str]) -> Said {
    let (directory, arguments) =
        (directory.to_owned(), arguments.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>());
    tokio::task::spawn_blocking(move || Said(command(&directory).args(arguments).output().unwrap()))
        .await
        .unwrap()
}

pub(crate) fn command(directory: &Path) -> Command {
    let mut command = git_command(directory);
    command.args(["-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"]);
    command
}

/// A script that runs the test below as the hook, without the test harness's own words.
fn hook_program(directory: &Path) -> PathBuf {
    let program = directory.join("hook");
    let own = std::env::current_exe().unwrap();
    let text = format!(
        "#!/bin/sh\nexec {} --exact world::the_hook --ignored --nocapture >/dev/null\n",
        own.display()
    );
    std::fs::write(&program, text).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, mode).unwrap();
    program
}

#[test]
#[ignore = "this is the hook that the Git host of the other tests starts"]
fn the_hook() {
    #[expect(clippy::disallowed_methods, reason = "a hook is told by its environment")]
    let variable = |name: &str| std::env::var(name).ok();
    let answer = crontopus_http::git_host::ask_about_push(variable, std::io::stdin().lock()).unwrap();
    eprint!("{}", answer.text);
    std::process::exit(i32::from(!answer.accepted));
}

fn rand_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

//! A PostgreSQL for the length of a task: fresh, on a free port, gone afterwards.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::certificate::Localhost;
use crate::progress::{fail, warn};
use crate::{interrupt, process};

/// The variable by which tests learn where PostgreSQL is.
pub(crate) const URL_VARIABLE: &str = "CRONTOPUS_TEST_POSTGRES_URL";

/// What a commit means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing is flushed: tests throw the data away.
    None,
    /// An answered commit is on disk, as in production.
    Full,
}

/// A running server; stops and removes itself when dropped.
pub(crate) struct Postgres {
    child: Child,
    port: u16,
    /// Removed after the server has stopped, as fields are dropped after `drop`.
    dir: TempDir,
}

impl Postgres {
    /// Makes a new cluster and starts it, as an unprivileged user even when root asks.
    pub(crate) fn start(durability: Durability) -> Result<Self> {
        Self::start_with(durability, &[])
    }

    /// The same with variables of its environment.
    pub(crate) fn start_with(durability: Durability, environment: &[(String, String)]) -> Result<Self> {
        let bin = binaries().ok_or_else(|| {
            fail("no PostgreSQL server on this machine", "sudo apt-get install --yes postgresql")
        })?;
        let account = Account::to_run_as()?;
        let dir = tempfile::Builder::new().prefix("crontopus-postgres-").tempdir()?;
        if let Some(account) = &account {
            std::os::unix::fs::chown(dir.path(), Some(account.uid), Some(account.gid))?;
        }
        let data = dir.path().join("data");
        process::read(
            initdb(account.as_ref(), &bin)
                .current_dir(dir.path())
                .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
                .args(["--no-sync", "--pgdata"])
                .arg(&data),
        )
        .context("cannot make a PostgreSQL cluster")?;
        offer_tls(account.as_ref(), &data)?;
        let port = free_port()?;
        let mut command = serve(account.as_ref(), &bin, dir.path(), port, durability)?;
        let mut child =
            command.envs(environment.iter().cloned()).spawn().context("cannot start PostgreSQL")?;
        let started = process::wait_until("PostgreSQL", Duration::from_secs(30), &mut child, || {
            let mut probe = process::command(bin.join("pg_isready"));
            probe.args(["--quiet", "--host=127.0.0.1", "--port", &port.to_string()]);
            process::read(&mut probe).is_ok()
        });
        let server = Self { child, port, dir };
        if let Err(error) = started {
            if interrupt::requested() {
                return Err(error);
            }
            let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap_or_default();
            return Err(error.context(format!("PostgreSQL said: {}", log.trim())));
        }
        Ok(server)
    }

    /// The address of its maintenance database; tests make their own databases beside it. Without TLS, which
    /// it would offer (its authority lies in its data directory as `root.crt`).
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's "fast shutdown": it ends the sessions and does not wait for them.
        if let Err(error) = process::stop(&mut self.child, Signal::INT, Duration::from_secs(10)) {
            warn(format!("PostgreSQL (process {}) may still run: {error}", self.child.id()));
        }
    }
}

/// The directory with the newest server's programs: Debian keeps them off the path.
pub(crate) fn binaries() -> Option<PathBuf> {
    let mut dirs: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let bin = entry.path().join("bin");
            bin.join("postgres").is_file().then_some((version, bin))
        })
        .collect();
    dirs.sort();
    match dirs.pop() {
        Some((_, bin)) => Some(bin),
        None => process::find("postgres")?.parent().map(Path::to_path_buf),
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn initdb(account: Option<&Account>, bin: &Path) -> Command {
    let program = bin.join("initdb");
    let Some(account) = account else { return process::command(program) };
    let mut command = process::command("setpriv");
    command.args(account.arguments()).arg("--").arg(program);
    command
}

/// Puts a certificate for `localhost` where the server looks for one.
fn offer_tls(account: Option<&Account>, data: &Path) -> Result<()> {
    let made = Localhost::create()?;
    for (name, pem) in [
        ("root.crt", made.authority.pem()),
        ("server.crt", made.certificate.pem()),
        ("server.key", made.key.serialize_pem()),
    ] {
        let path = data.join(name);
        std::fs::write(&path, pem)?;
        // PostgreSQL refuses a key that others may read.
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        if let Some(account) = account {
            std::os::unix::fs::chown(&path, Some(account.uid), Some(account.gid))?;
        }
    }
    Ok(())
}

fn serve(
    account: Option<&Account>,
    bin: &Path,
    dir: &Path,
    port: u16,
    durability: Durability,
) -> Result<Command> {
    let log = std::fs::File::create(dir.join("log"))?;
    let thrown_away = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
    let kept = ["max_wal_size=4GB"];
    let settings = [
        "max_connections=300",
        "shared_buffers=64MB",
        "unix_socket_directories=",
        "listen_addresses=127.0.0.1",
        "timezone=UTC",
        "ssl=on",
    ];
    let as_user = account.map(Account::arguments).unwrap_or_default();
    let mut command = process::service(&bin.join("postgres"), "INT", &as_user);
    command.current_dir(dir).arg("-D").arg(dir.join("data")).args(["-p", &port.to_string()]);
    let by_durability: &[&str] = match durability {
        Durability::None => &thrown_away,
        Durability::Full => &kept,
    };
    for setting in settings.iter().chain(by_durability) {
        command.args(["-c", setting]);
    }
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    Ok(command)
}

/// An account of this machine that may run a server, which root may not.
struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// `None` when this process is unprivileged already.
    fn to_run_as() -> Result<Option<Self>> {
        if !process::is_root() {
            return Ok(None);
        }
        let accounts = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        let found = ["postgres", "nobody"].into_iter().find_map(|name| Self::find(name, &accounts));
        found.map(Some).ok_or_else(|| {
            fail("PostgreSQL does not run as root, and there is no account to run it as", "useradd postgres")
        })
    }

    /// Arguments of `setpriv`, which becomes this account and then the program.
    fn arguments(&self) -> Vec<String> {
        vec![format!("--reuid={}", self.uid), format!("--regid={}", self.gid), "--clear-groups".to_owned()]
    }

    fn find(name: &str, passwd: &str) -> Option<Self> {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(Self { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_their_whole_name() {
        let passwd = "root:x:0:0::/root:/bin/sh\nnobody2:x:7:7::/:/bin/sh\nnobody:x:65534:65533::/:/bin/sh\n";
        let account = Account::find("nobody", passwd).unwrap();
        assert_eq!((account.uid, account.gid), (65534, 65533));
        assert!(Account::find("postgres", passwd).is_none());
    }

    #[test]
    fn it_answers_while_it_lives_and_leaves_nothing() {
        let server = Postgres::start(Durability::None).unwrap();
        let port = server.port;
        let dir = server.dir.path().to_path_buf();
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert!(dir.join("data/postmaster.pid").exists());
        drop(server);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!dir.exists());
    }
}

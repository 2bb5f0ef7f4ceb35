use std::os::unix::fs::chown;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::database::{postgres_programs, psql};
use crate::{Disk, Running, until};

/// A PostgreSQL of its own, all of it on a disk that may fail. It flushes, as one in production does.
#[derive(Debug)]
pub struct Postgres {
    disk: Arc<Disk>,
    environment: Vec<(String, String)>,
    port: u16,
    running: Option<Running>,
}

impl Postgres {
    /// Makes a cluster on the disk and starts it with that environment.
    pub fn start(disk: Arc<Disk>, environment: Vec<(String, String)>) -> anyhow::Result<Self> {
        let (user, group) = account()?;
        let data = disk.outside("postgres");
        std::fs::create_dir(&data)?;
        chown(&data, Some(user), Some(group))?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut postgres = Self { disk, environment, port, running: None };
        let options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"];
        let done = postgres.command("initdb")?.args(options).arg("--wal-segsize=1").output()?;
        ensure!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
        postgres.restart()?;
        Ok(postgres)
    }

    /// A command of one of its programs, as the user it runs as, with its data directory.
    fn command(&self, name: &str) -> anyhow::Result<std::process::Command> {
        let (user, group) = account()?;
        let program = postgres_programs().context("there is no PostgreSQL server")?.join(name);
        let mut command = self.disk.command("setpriv");
        command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
        command.arg("--").arg(program).arg("-D").arg(self.disk.path().join("postgres"));
        command.current_dir("/");
        Ok(command)
    }

    /// Starts it unless it runs, as whoever supervises it does, and waits until it answers.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        if self.running.as_mut().is_some_and(Running::is_running) && self.answers() {
            return Ok(());
        }
        until("PostgreSQL", Duration::from_secs(60), || {
            if !self.running.as_mut().is_some_and(Running::is_running) {
                let mut command = self.command("postgres")?;
                command.envs(self.environment.iter().cloned()).args(["-p", &self.port.to_string()]);
                for setting in SETTINGS {
                    command.args(["-c", setting]);
                }
                self.running = Some(Running::start("PostgreSQL", &mut command)?);
            }
            Ok(self.answers().then_some(()))
        })
        .with_context(|| self.running.as_ref().map(Running::log).unwrap_or_default())
    }

    fn answers(&self) -> bool {
        psql(&self.url(), "SELECT 1").is_ok()
    }

    /// The address of its one database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

const SETTINGS: [&str; 6] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=16MB",
    // So little that a small disk is enough.
    "max_wal_size=16MB",
    "min_wal_size=2MB",
    "timezone=UTC",
];

/// User and group of the account `postgres`, since PostgreSQL does not run as root.
fn account() -> anyhow::Result<(u32, u32)> {
    let accounts = std::fs::read_to_string(Path::new("/etc/passwd"))?;
    let line = accounts.lines().find(|line| line.starts_with("postgres:")).context("no account postgres")?;
    let mut fields = line.split(':').skip(2).map(str::parse::<u32>);
    match (fields.next(), fields.next()) {
        (Some(Ok(user)), Some(Ok(group))) => Ok((user, group)),
        _ => anyhow::bail!("/etc/passwd says of postgres: {line}"),
    }
}

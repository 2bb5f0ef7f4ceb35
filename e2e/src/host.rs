use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::bail;

use crate::namespace::Namespace;
use crate::{Api, Running, Server};

/// A host of its own: a mount namespace with empty cron directories and an empty `/run`. The network and
/// everything else is the machine's.
#[derive(Debug)]
pub struct Host {
    namespace: Namespace,
}

/// What is mounted before anything runs in the namespace.
const MOUNTS: &str = "mount -t tmpfs tmpfs /etc/cron.d && mount -t tmpfs tmpfs /var/spool/cron && \
     mkdir -p /var/spool/cron/crontabs && chgrp crontab /var/spool/cron/crontabs && \
     chmod 1730 /var/spool/cron/crontabs && mount -t tmpfs tmpfs /run && \
     mount --bind /dev/null /etc/crontab";

impl Host {
    /// Makes the namespace.
    pub fn start() -> anyhow::Result<Self> {
        Ok(Self { namespace: Namespace::start("the host", MOUNTS)? })
    }

    /// A command that will run on this host.
    pub fn command(&self, name: &str) -> Command {
        self.namespace.command(name)
    }

    /// Runs a shell line on this host.
    pub fn sh(&self, line: &str) -> anyhow::Result<Output> {
        self.namespace.sh(line)
    }

    /// Where a path of this host is for everybody else.
    pub fn outside(&self, path: &Path) -> PathBuf {
        self.namespace.outside(path)
    }

    /// Starts Debian's cron in the foreground.
    pub fn cron(&self) -> anyhow::Result<Running> {
        Running::start("cron", self.command("cron").arg("-f"))
    }

    /// The native entries as a real reader sees them: every file of `/etc/cron.d` and root's crontab.
    pub fn entries(&self) -> anyhow::Result<String> {
        let done = self.sh(
            "for f in /etc/cron.d/*; do [ -f \"$f\" ] && cat \"$f\"; done; crontab -l 2>/dev/null; true",
        )?;
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }
}

/// An enrolled agent on a host.
#[derive(Debug)]
pub struct Agent {
    state: tempfile::TempDir,
    running: Option<Running>,
}

impl Agent {
    /// Enrols with a fresh token and starts the daemon.
    pub fn start(host: &Host, server: &Server, api: &Api, scheduler: &str) -> anyhow::Result<Self> {
        let mut agent = Self::enroll(host, server, api, scheduler)?;
        agent.run(host)?;
        Ok(agent)
    }

    /// Enrols and starts nothing.
    pub fn enroll(host: &Host, _server: &Server, api: &Api, scheduler: &str) -> anyhow::Result<Self> {
        let state = tempfile::tempdir()?;
        let token = api.enroll_token(&serde_json::json!({"role": "db"}))?;
        let agent = Self { state, running: None };
        let done = host
            .command("crontopus-agent")
            .args(["--state-dir", &agent.state().to_string_lossy()])
            .args(["enroll", "--token", &token, "--scheduler", scheduler])
            .output()?;
        if !done.status.success() {
            bail!("enrolment failed: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(agent)
    }

    /// Starts the daemon.
    pub fn run(&mut self, host: &Host) -> anyhow::Result<()> {
        let mut command = self.command(host);
        command.arg("run");
        self.running = Some(Running::start("crontopus-agent", &mut command)?);
        Ok(())
    }

    /// A command of the agent's program with this state.
    pub fn command(&self, host: &Host) -> Command {
        let mut command = host.command("crontopus-agent");
        command.arg("--state-dir").arg(self.state());
        command
    }

    /// Asks the daemon to end and waits for it.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        self.running.take().map_or(Ok(()), |running| running.terminate().map(|_| ()))
    }

    /// Kills the daemon on the spot.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.running.take().map_or(Ok(()), Running::kill)
    }

    /// Lets every user of the machine pass to the state directory, as on a host where it lies below
    /// `/var/lib`.
    pub fn let_others_pass(&self) -> anyhow::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        Ok(std::fs::set_permissions(self.state.path(), std::fs::Permissions::from_mode(0o711))?)
    }

    /// The state directory.
    pub fn state(&self) -> PathBuf {
        self.state.path().join("agent")
    }

    /// A path below it.
    pub fn file(&self, name: &str) -> PathBuf {
        Path::new(&self.state()).join(name)
    }

    /// Everything the daemon wrote since it was last started.
    pub fn log(&self) -> String {
        self.running.as_ref().map(Running::log).unwrap_or_default()
    }
}

//! A host for the benchmarks: a mount namespace with empty cron directories, so that this machine's own are never
//! seen, and an enrolled agent in it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;
use serde_json::json;
use tempfile::TempDir;

use crate::process;
use crate::progress::{fail, warn};
use crate::tenant::Tenant;

/// What is mounted before anything runs in the namespace.
const MOUNTS: &str = "mount -t tmpfs tmpfs /etc/cron.d && mount -t tmpfs tmpfs /var/spool/cron && \
     mkdir -p /var/spool/cron/crontabs && chgrp crontab /var/spool/cron/crontabs && \
     chmod 1730 /var/spool/cron/crontabs && mount -t tmpfs tmpfs /run && \
     mount --bind /dev/null /etc/crontab && echo mounted && exec sleep infinity";

/// The namespace, for as long as this lives.
pub(super) struct Host {
    holder: Child,
    agent_program: PathBuf,
    wrapper: PathBuf,
    state: TempDir,
    agent: Option<Child>,
}

impl Host {
    /// Makes the namespace; the programs are those in that directory.
    pub(super) fn new(programs: &Path) -> Result<Self> {
        if !process::is_root() {
            return Err(fail("a host of its own needs a mount namespace", "run this benchmark as root"));
        }
        let unshare = process::find("unshare").context("there is no unshare; install util-linux")?;
        let mut holder = process::service(&unshare, "KILL", &[])
            .args(["--mount", "--propagation", "private", "sh", "-c", MOUNTS])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot make a mount namespace")?;
        let mut line = String::new();
        if let Some(output) = holder.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let host = Self {
            holder,
            agent_program: programs.join("crontopus-agent"),
            wrapper: programs.join("crontopus-run"),
            state: tempfile::Builder::new().prefix("crontopus-agent-").tempdir()?,
            agent: None,
        };
        ensure!(line.trim() == "mounted", "the namespace's cron directories could not be mounted");
        Ok(host)
    }

    /// A path of the namespace, as seen from outside.
    pub(super) fn path(&self, inside: &str) -> PathBuf {
        Path::new("/proc")
            .join(self.holder.id().to_string())
            .join("root")
            .join(inside.trim_start_matches('/'))
    }

    /// Enrols with that scheduler.
    pub(super) fn enroll(&self, tenant: &Tenant, scheduler: &str) -> Result<()> {
        let token = tenant.enroll_token(&json!({ "role": "bench" }))?;
        process::read(
            self.agent("enroll")
                .env("CRONTOPUS_ENROLL_TOKEN", token)
                .args(["--scheduler", scheduler, "--wrapper"])
                .arg(&self.wrapper),
        )
        .map(drop)
        .context("the host could not be enrolled")
    }

    /// Starts the daemon and gives its process.
    pub(super) fn start_agent(&mut self) -> Result<u32> {
        let log = std::fs::File::create(self.state.path().join("log"))?;
        let child = self.agent("run").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        // nsenter becomes the agent, so this is the agent's own process.
        Ok(self.agent.insert(child).id())
    }

    /// What the daemon wrote.
    pub(super) fn agent_log(&self) -> String {
        std::fs::read_to_string(self.state.path().join("log")).unwrap_or_default()
    }

    /// A command of the agent on this host.
    pub(super) fn agent(&self, command: &str) -> Command {
        let mut agent = process::command("nsenter");
        agent
            .args(["--target", &self.holder.id().to_string(), "--mount", "--"])
            .arg(&self.agent_program)
            .arg("--state-dir")
            .arg(self.state.path().join("state"))
            .arg(command);
        agent
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        for child in self.agent.iter_mut().chain([&mut self.holder]) {
            if let Err(error) = process::stop(child, Signal::TERM, Duration::from_secs(10)) {
                warn(format!("process {} of a benchmark may still run: {error}", child.id()));
            }
        }
    }
}

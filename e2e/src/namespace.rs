use std::path::PathBuf;
use std::process::{Command, Output};

use crate::{Running, program};

/// A mount namespace of its own: what is mounted there is seen by nobody else, and goes with it. The network and
/// everything else is the machine's.
#[derive(Debug)]
pub(crate) struct Namespace {
    holder: Running,
}

impl Namespace {
    /// Makes one and runs the shell line `mounts` in it.
    pub(crate) fn start(name: &str, mounts: &str) -> anyhow::Result<Self> {
        let mut command = program("unshare");
        let line = format!("{mounts} && echo mounted && exec sleep infinity");
        command.args(["--mount", "--propagation", "private", "sh", "-c", &line]);
        let mut holder = Running::start(name, &mut command)?;
        holder.line("mounted")?;
        Ok(Self { holder })
    }

    /// A command that will run in it.
    pub(crate) fn command(&self, name: &str) -> Command {
        let inner = program(name);
        let mut command = program("nsenter");
        command.args(["--target", &self.holder.pid().to_string(), "--mount", "--"]).arg(inner.get_program());
        command
    }

    /// Runs a shell line in it.
    pub(crate) fn sh(&self, line: &str) -> anyhow::Result<Output> {
        Ok(self.command("sh").args(["-c", line]).output()?)
    }

    /// Where a path of the namespace is for everybody else.
    pub(crate) fn outside(&self, path: &std::path::Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.pid()));
        root.join(path.strip_prefix("/").unwrap_or(path))
    }
}

//! Many simulated hosts on one server, in a process of their own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;

use crate::process;
use crate::progress::warn;

/// Hosts that follow a server, for as long as this lives.
pub(super) struct Fleet {
    child: Child,
    commits: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Fleet {
    /// Lets `count` hosts join and waits until all of them stand at the present commit. `load` is the load generator;
    /// their clones are kept below `dir`.
    pub(super) fn start(load: &Path, count: usize, token: &str, dir: &Path) -> Result<Self> {
        let mut child = process::service(load, "TERM", &[])
            .args(["agents", "--count", &count.to_string(), "--dir"])
            .arg(dir)
            .env("CRONTOPUS_ENROLL_TOKEN", token)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the simulated hosts")?;
        let commits = child.stdin.take().context("the simulated hosts have no input")?;
        let said = BufReader::new(child.stdout.take().context("the simulated hosts have no output")?);
        let mut fleet = Self { child, commits, said };
        fleet.wait_for("ready")?;
        Ok(fleet)
    }

    /// Returns when every host has reported that commit.
    pub(super) fn reach(&mut self, commit: &str) -> Result<()> {
        writeln!(self.commits, "{commit}")?;
        self.wait_for("all")
    }

    fn wait_for(&mut self, word: &str) -> Result<()> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        ensure!(
            line.trim() == word,
            "the simulated hosts ended before they said `{word}`; what they said is above"
        );
        Ok(())
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child, Signal::TERM, Duration::from_secs(10)) {
            warn(format!("the simulated hosts (process {}) may still run: {error}", self.child.id()));
        }
    }
}

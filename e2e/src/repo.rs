use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, bail};

use crate::program;

/// A clone of a tenant's repository, driven by plain `git`.
#[derive(Debug)]
pub struct Checkout {
    dir: tempfile::TempDir,
}

impl Checkout {
    /// Clones.
    pub fn clone(url: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let checkout = Self { dir };
        let done = git(checkout.dir.path()).args(["clone", "--quiet", url, "work"]).output()?;
        if !done.status.success() {
            bail!("git clone failed: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(checkout)
    }

    /// The working tree.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().context("a file is in a directory")?)?;
        Ok(std::fs::write(path, text)?)
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.path().join(path))?)
    }

    /// Commits everything and pushes; what `git push` wrote, and whether it succeeded.
    pub fn push(&self, message: &str) -> anyhow::Result<(bool, String)> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message])?;
        let done = git(&self.path()).args(["push", "origin", "HEAD:main"]).output()?;
        Ok((done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned()))
    }

    /// Pushes and expects success.
    pub fn push_ok(&self, message: &str) -> anyhow::Result<String> {
        match self.push(message)? {
            (true, text) => Ok(text),
            (false, text) => bail!("git push was refused:\n{text}"),
        }
    }

    /// The commit that is checked out.
    pub fn head(&self) -> anyhow::Result<String> {
        Ok(String::from_utf8(self.git(&["rev-parse", "HEAD"])?.stdout)?.trim().to_owned())
    }

    /// Any other git command that must succeed.
    pub fn git(&self, args: &[&str]) -> anyhow::Result<Output> {
        let done = git(&self.path()).args(args).output()?;
        if !done.status.success() {
            bail!("git {args:?} failed: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(done)
    }
}

fn git(dir: &Path) -> Command {
    let mut command = program("git");
    command
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Story")
        .env("GIT_AUTHOR_EMAIL", "story@example.com")
        .env("GIT_COMMITTER_NAME", "Story")
        .env("GIT_COMMITTER_EMAIL", "story@example.com");
    command
}

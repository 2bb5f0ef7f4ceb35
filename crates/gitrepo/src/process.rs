//! The one place of this crate that starts a process: the `git` program, with nothing of its surroundings.

use std::{
    ffi::OsString,
    io::Read,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Where `git` and `ssh` are looked for; the caller's `PATH` is not believed.
const SEARCH_PATH: &str = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin";
/// How much of what a process says is kept.
const KEPT_OUTPUT: u64 = 16 << 10;

/// Why `git` did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    #[error("cannot start `git`; is it installed?")]
    Start(#[source] std::io::Error),
    #[error("`git` did not end within {} seconds", .0.as_secs())]
    Timeout(Duration),
    #[error("{0}")]
    Failed(String),
}

/// One run of `git`.
pub(crate) struct Git<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) environment: Vec<(&'static str, OsString)>,
    /// Global configuration, the only one that is read besides the repository's own.
    pub(crate) config: &'a Path,
    pub(crate) timeout: Duration,
}

/// Runs `git` to its end. No hook runs, no terminal or pager is used, no configuration of machine or user is
/// read, and the process group is killed when the time is over.
pub(crate) fn run(git: Git<'_>) -> Result<(), ProcessError> {
    let mut child = start(&git).map_err(ProcessError::Start)?;
    let stderr = child.stderr.take();
    let reader = thread::spawn(move || stderr.map(read_bounded).unwrap_or_default());
    let status = wait(&mut child, git.timeout)?;
    let said = reader.join().unwrap_or_default();
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let text = if lines.is_empty() { format!("`git` ended with {status}") } else { lines.join("; ") };
    Err(ProcessError::Failed(text))
}

#[expect(clippy::disallowed_methods, reason = "this crate owns the boundary to the git program")]
fn start(git: &Git<'_>) -> std::io::Result<Child> {
    let mut command = Command::new("git");
    command
        .env_clear()
        .env("PATH", SEARCH_PATH)
        .env("HOME", "/nonexistent")
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", git.config)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "/bin/false")
        .env("SSH_ASKPASS", "/bin/false")
        .env("GIT_ALLOW_PROTOCOL", "ssh:file")
        .envs(git.environment.iter().map(|(name, value)| (name, value)))
        .args(["-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false"])
        .arg("--git-dir")
        .arg(git.directory)
        .args(&git.arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// Waits with growing pauses, at most 20 ms; then kills.
fn wait(child: &mut Child, timeout: Duration) -> Result<ExitStatus, ProcessError> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().map_err(ProcessError::Start)? {
            return Ok(status);
        }
        if begun.elapsed() >= timeout {
            kill(child);
            child.wait().map_err(ProcessError::Start)?;
            return Err(ProcessError::Timeout(timeout));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[cfg(unix)]
fn kill(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    let killed = group.map(|g| rustix::process::kill_process_group(g, rustix::process::Signal::KILL));
    if !matches!(killed, Some(Ok(()))) {
        child.kill().ok();
    }
}

#[cfg(not(unix))]
fn kill(child: &mut Child) {
    child.kill().ok();
}

/// Reads to the end, so that the process is not blocked, and keeps the beginning.
fn read_bounded(mut from: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    if (&mut from).take(KEPT_OUTPUT).read_to_end(&mut kept).is_ok() {
        std::io::copy(&mut from, &mut std::io::sink()).ok();
    }
    kept
}

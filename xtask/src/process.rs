//! Starting other programs: the one place where this crate does.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::interrupt;
use crate::progress::fail;

/// How often a wait looks at its child and at the interrupt flag.
const LOOK: Duration = Duration::from_millis(20);

/// A command of that program; nothing runs yet.
#[expect(clippy::disallowed_methods, reason = "xtask owns process starts; this is its one function")]
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// A cargo command: the cargo that started this task, else the one on the path.
pub(crate) fn cargo() -> Command {
    command(environment("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A command of a service that is to live no longer than this task: it runs in a process group of its own, so that
/// Ctrl-C reaches this task alone, and where `setpriv` exists the kernel sends it the signal should this task die
/// without a chance to clean up.
pub(crate) fn service(program: &Path, at_our_death: &str, as_user: &[String]) -> Command {
    let mut command = if find("setpriv").is_some() {
        let mut command = self::command("setpriv");
        command.args(as_user).args(["--pdeathsig", at_our_death, "--"]).arg(program);
        command
    } else {
        self::command(program)
    };
    command.process_group(0);
    command
}

/// A variable of the environment; empty counts as absent.
#[expect(clippy::disallowed_methods, reason = "xtask is a binary; this is where it reads its environment")]
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Runs a command with its output shown; an exit status other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let mut child = command.spawn().with_context(|| format!("cannot start `{shown}`"))?;
    let status = wait(&mut child)?;
    if interrupt::requested() {
        return Err(interrupted());
    }
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Runs a command and gives what it wrote to standard output; its standard error is part of the error.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` ended with {}: {}", output.status, said.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` did not write UTF-8"))
}

/// Waits for a child; when somebody asks to stop, tells the child so and keeps waiting for its end.
pub(crate) fn wait(child: &mut Child) -> Result<ExitStatus> {
    let mut told = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if interrupt::requested() && !told {
            signal(child, rustix::process::Signal::TERM);
            told = true;
        }
        std::thread::sleep(LOOK);
    }
}

/// Stops a child: asks with the signal, waits up to `patience`, then kills it. A child that is already gone is
/// fine.
pub(crate) fn stop(child: &mut Child, ask: rustix::process::Signal, patience: Duration) -> Result<()> {
    signal(child, ask);
    let deadline = Instant::now() + patience;
    while child.try_wait()?.is_none() {
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(());
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// Calls `ready` until it says yes; stops early when a child ended or somebody asked to stop.
pub(crate) fn wait_until(
    what: &str,
    patience: Duration,
    child: &mut Child,
    mut ready: impl FnMut() -> bool,
) -> Result<()> {
    let deadline = Instant::now() + patience;
    while !ready() {
        if interrupt::requested() {
            return Err(interrupted());
        }
        if let Some(status) = child.try_wait()? {
            bail!("{what} ended with {status} before it was ready");
        }
        if Instant::now() >= deadline {
            bail!("{what} was not ready within {} s", patience.as_secs());
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// Where a program is: on the path, or in the directories for system programs that an ordinary path leaves out.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = environment("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(program))
        .find(|candidate| candidate.is_file())
}

/// Whether this process runs as root.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The error of a task that was asked to stop.
pub(crate) fn interrupted() -> anyhow::Error {
    fail("stopped on request", "start the task again when you like; nothing is left running")
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    // A child that has been waited for no longer has a process; then there is nothing to tell.
    if let Some(pid) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        rustix::process::kill_process(pid, signal).ok();
    }
}

fn show(command: &Command) -> String {
    let mut shown = command.get_program().to_string_lossy().into_owned();
    if let Some(name) = PathBuf::from(&shown).file_name() {
        shown = name.to_string_lossy().into_owned();
    }
    for argument in command.get_args() {
        shown.push(' ');
        shown.push_str(&argument.to_string_lossy());
    }
    shown
}

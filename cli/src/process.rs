//! The one place of this program that starts another: `git` for clones, `crontab -l` for imports.

use std::ffi::OsStr;
use std::process::{Command, ExitStatus, Output};

/// Runs a program on this terminal and waits.
pub(crate) fn run<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> std::io::Result<ExitStatus> {
    command(program, arguments).status()
}

/// Runs a program and reads what it writes.
pub(crate) fn read<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> std::io::Result<Output> {
    command(program, arguments).output()
}

#[expect(clippy::disallowed_methods, reason = "the command line owns the boundary to git and crontab")]
fn command<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

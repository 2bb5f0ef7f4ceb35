//! The command as the spec file says it, or why it cannot be started.

use std::ffi::OsStr;
#[cfg(feature = "direct")]
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crontopus_manifest::spec::{Shell, SpecFile};
use nix::unistd::User;

use crate::ending::Ending;
use crate::environment::read_env_files;

/// Why the command was not started, and what the wrapper's exit status is then.
#[derive(Debug)]
pub(crate) struct CannotStart {
    pub(crate) reason: String,
    pub(crate) ending: Ending,
}

impl CannotStart {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ending: Ending::CANNOT_START }
    }
}

/// Checks what can be checked before the start, and builds the command.
pub(crate) fn prepare(spec: &SpecFile) -> Result<Command, CannotStart> {
    if let Some(user) = &spec.user {
        check_user(user).map_err(CannotStart::because)?;
    }
    let env = read_env_files(&spec.env_files).map_err(CannotStart::because)?;
    let mut command = match &spec.shell {
        Shell::None => program(&spec.command),
        Shell::Sh => script("sh", &spec.command),
        Shell::Interpreter(interpreter) => script(interpreter, &spec.command),
    };
    command.args(&spec.args).envs(env).envs(&spec.env);
    if let Some(dir) = &spec.working_dir {
        match fs::metadata(dir) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                return Err(CannotStart::because(format!("the working directory {dir} is no directory")));
            }
            Err(error) => {
                return Err(CannotStart::because(format!(
                    "cannot enter the working directory {dir}: {error}"
                )));
            }
        }
        command.current_dir(dir);
    }
    attend(&mut command);
    Ok(command)
}

/// The command exactly as somebody typed it.
#[cfg(feature = "direct")]
pub(crate) fn exactly(command: &OsStr, args: &[OsString]) -> Command {
    let mut command = program(command);
    command.args(args);
    attend(&mut command);
    command
}

/// Its own process group, so that a signal reaches the job with all it started, and nothing else; pipes for
/// what it writes.
fn attend(command: &mut Command) {
    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
}

/// Starts the command.
pub(crate) fn spawn(command: &mut Command) -> Result<Child, CannotStart> {
    let error = match command.spawn() {
        Ok(child) => return Ok(child),
        Err(error) => error,
    };
    let reason = format!("cannot start {}: {error}", command.get_program().display());
    Err(match error.kind() {
        io::ErrorKind::NotFound => CannotStart { reason, ending: Ending::NOT_FOUND },
        _ => CannotStart::because(reason),
    })
}

#[expect(clippy::disallowed_methods, reason = "this file is the wrapper's one place that makes a process")]
fn program(path: impl AsRef<OsStr>) -> Command {
    Command::new(path)
}

fn script(interpreter: &str, text: &str) -> Command {
    let mut command = program(interpreter);
    command.arg("-c").arg(text).arg(interpreter);
    command
}

/// The native scheduler has chosen the user already; a spec file for another one must not run.
fn check_user(wanted: &str) -> Result<(), String> {
    let own = nix::unistd::geteuid();
    match User::from_name(wanted) {
        Ok(Some(user)) if user.uid == own => Ok(()),
        Ok(Some(user)) => Err(format!("the job runs as {wanted} (uid {}), not as uid {own}", user.uid)),
        Ok(None) => Err(format!("there is no user {wanted} on this host")),
        Err(error) => Err(format!("cannot look up the user {wanted}: {error}")),
    }
}

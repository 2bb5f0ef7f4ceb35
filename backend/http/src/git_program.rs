use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// What `git version` says, like `git version 2.39.5`; an error in words when there is no such program on the
/// path or it does not answer. The Git host serves repositories through it.
pub async fn git_version() -> Result<String, String> {
    let asked = tokio::time::timeout(Duration::from_secs(5), git(&["version"]).output()).await;
    let answer = match asked {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(format!("the program `git` cannot be started: {error}")),
        Err(_) => return Err("the program `git` does not answer".to_owned()),
    };
    let text = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    match answer.status.success() && text.starts_with("git version") {
        true => Ok(text),
        false => Err("the program `git` is not the one of git-scm.com".to_owned()),
    }
}

#[expect(clippy::disallowed_methods, reason = "asks the Git host's own program for its version")]
fn git(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

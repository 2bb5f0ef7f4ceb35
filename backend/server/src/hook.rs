//! `crontopus-server hook pre-receive`: started by the Git host's `git`, asks the running service whether a
//! push may be accepted, and shows the pusher what it says.

use std::process::ExitCode;

use anyhow::Context as _;
use crontopus_http::git_host::ask_about_push;

/// Runs as a hook of `git receive-pack`.
#[derive(Debug, clap::Args)]
pub(crate) struct Hook {
    #[arg(value_enum)]
    name: Name,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Name {
    /// Judges a push before its objects are taken.
    PreReceive,
}

impl Hook {
    /// Accepts with exit status 0; anything else refuses the whole push.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let Name::PreReceive = self.name;
        let answer = ask_about_push(variable, std::io::stdin().lock())
            .context("the service does not answer; push again later")?;
        // Git passes a hook's standard error to the pusher, line by line.
        eprint!("{}", answer.text);
        Ok(if answer.accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

#[expect(clippy::disallowed_methods, reason = "git tells its hooks everything by environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

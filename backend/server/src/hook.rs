//! `crontopus-server hook pre-receive`: started by the Git host's `git`, asks the running service whether a
//! push may be accepted, and shows the pusher what it says.

use std::io::{BufRead as _, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use crontopus_http::git_host::{HookAnswer, HookQuestion, SOCKET_VARIABLE, TOKEN_VARIABLE};

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
        let question = HookQuestion {
            token: variable(TOKEN_VARIABLE)?,
            objects: objects()?,
            references: references()?,
            options: options(),
        };
        let socket = variable(SOCKET_VARIABLE)?;
        let mut stream = UnixStream::connect(&socket).context("the service does not answer; push again later")?;
        stream.write_all(&serde_json::to_vec(&question)?)?;
        stream.shutdown(Shutdown::Write)?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).context("the service broke off; push again later")?;
        let answer: HookAnswer = serde_json::from_slice(&text).context("the service broke off; push again later")?;
        // Git passes a hook's standard error to the pusher, line by line.
        eprint!("\n{}\n", answer.text.trim_end());
        eprintln!();
        Ok(if answer.accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Git holds new objects back in a directory of their own until the hook has agreed.
fn objects() -> anyhow::Result<PathBuf> {
    let path = variable("GIT_QUARANTINE_PATH").or_else(|_| variable("GIT_OBJECT_DIRECTORY"))?;
    std::path::absolute(&path).context("the quarantine has no path")
}

fn references() -> anyhow::Result<Vec<(String, String, String)>> {
    let mut references = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        match (words.next(), words.next(), words.next()) {
            (Some(old), Some(new), Some(name)) => references.push((old, new, name)),
            _ => anyhow::bail!("git gave `{line}`, which is no reference update"),
        }
    }
    Ok(references)
}

fn options() -> Vec<String> {
    let count = variable("GIT_PUSH_OPTION_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    (0..count).filter_map(|at: u32| variable(&format!("GIT_PUSH_OPTION_{at}")).ok()).collect()
}

#[expect(clippy::disallowed_methods, reason = "git tells its hooks everything by environment")]
fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set; only the Git host starts this"))
}

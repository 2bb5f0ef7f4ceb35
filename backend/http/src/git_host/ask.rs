//! The hook's end of the desk: what the program that Git starts does.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use super::{HookAnswer, HookQuestion, SOCKET_VARIABLE, TOKEN_VARIABLE};

/// Bytes of references that are read; the server takes no more.
const LARGEST_QUESTION: u64 = 4 << 20;
/// Bytes of an answer.
const LARGEST_ANSWER: u64 = 1 << 20;
/// Push options that are passed on.
const MOST_OPTIONS: u32 = 100;
/// How long the server may think about a push.
const PATIENCE: Duration = Duration::from_secs(300);

/// Asks the service that started Git whether a push may be accepted. `variable` reads the environment that Git
/// gave the hook; `references` is what Git writes to the hook's input.
///
/// # Errors
/// The service cannot be reached or does not answer: the push must be refused.
pub fn ask_about_push(
    variable: impl Fn(&str) -> Option<String>,
    references: impl Read,
) -> Result<HookAnswer> {
    let wanted = |name: &str| {
        let text = format!("{name} is not set; only the Git host starts this");
        variable(name).ok_or_else(|| Error::new(ErrorKind::NotFound, text))
    };
    let (socket, token) = (wanted(SOCKET_VARIABLE)?, wanted(TOKEN_VARIABLE)?);
    let mut text = Vec::new();
    references.take(LARGEST_QUESTION).read_to_end(&mut text)?;
    // Git lets names be any bytes. Such a one is never that of the branch that is followed, and no push fails by it.
    let text = String::from_utf8_lossy(&text);
    let reference = |line: &str| {
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        let all = words.next().zip(words.next()).zip(words.next());
        let wrong =
            || Error::new(ErrorKind::InvalidData, format!("git gave `{line}`, which is no reference update"));
        all.map(|((old, new), name)| (old, new, name)).ok_or_else(wrong)
    };
    let count = variable("GIT_PUSH_OPTION_COUNT").and_then(|n| n.parse().ok()).unwrap_or(0).min(MOST_OPTIONS);
    let question = HookQuestion {
        token,
        // Absent when nothing came, as when a branch is deleted.
        objects: variable("GIT_QUARANTINE_PATH").map(PathBuf::from),
        references: text.lines().map(reference).collect::<Result<_>>()?,
        options: (0..count).filter_map(|n| variable(&format!("GIT_PUSH_OPTION_{n}"))).collect(),
    };
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&serde_json::to_vec(&question)?)?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.take(LARGEST_ANSWER).read_to_end(&mut answer)?;
    Ok(serde_json::from_slice(&answer)?)
}

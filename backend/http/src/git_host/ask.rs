//! The other end of a hook: what the program that Git starts does.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use super::hook::{ANSWER_LIMIT, HookAnswer, HookCall, HookEnvironment};

/// Push options that are passed on.
const MOST_OPTIONS: usize = 100;
/// How long the server may think about a push.
const PATIENCE: Duration = Duration::from_secs(300);

/// Asks the server that started Git whether the push is to be accepted. `variable` reads the environment that
/// Git gave the hook, `references` is what it writes to the hook's input.
///
/// # Errors
/// The server cannot be reached or does not answer; the push must be refused then.
pub fn ask_about_push(
    variable: impl Fn(&str) -> Option<String>,
    references: impl Read,
) -> Result<HookAnswer> {
    let wanted = |name: &str| {
        variable(name).ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                format!("{name} is not set: only the server's own Git host starts this"),
            )
        })
    };
    let address = wanted(HookEnvironment::ADDRESS)?;
    let token = wanted(HookEnvironment::TOKEN)?;
    let mut text = String::new();
    references.take(ANSWER_LIMIT * 16).read_to_string(&mut text)?;
    let reference = |line: &str| {
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        Some((words.next()?, words.next()?, words.next()?))
    };
    let count = variable("GIT_PUSH_OPTION_COUNT").and_then(|n| n.parse().ok()).unwrap_or(0).min(MOST_OPTIONS);
    let call = HookCall {
        token,
        objects: variable("GIT_QUARANTINE_PATH").map(PathBuf::from),
        references: text.lines().filter_map(reference).collect(),
        options: (0..count).filter_map(|n| variable(&format!("GIT_PUSH_OPTION_{n}"))).collect(),
    };
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&serde_json::to_vec(&call)?)?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.take(ANSWER_LIMIT).read_to_end(&mut answer)?;
    Ok(serde_json::from_slice(&answer)?)
}

//! What the tasks say while they work: short lines on standard error, colours only on a terminal.

use std::fmt;
use std::time::Duration;

use anstream::eprintln;
use owo_colors::OwoColorize;

/// A failure together with what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    next: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}

/// Makes an error that names the next thing to do.
pub(crate) fn fail(what: impl Into<String>, next: impl Into<String>) -> anyhow::Error {
    Failure { what: what.into(), next: next.into() }.into()
}

/// Announces work that takes a while.
pub(crate) fn step(text: impl fmt::Display) {
    eprintln!("{} {text}", "==>".bold().cyan());
}

/// States a fact worth seeing: what was found, what was done.
pub(crate) fn note(text: impl fmt::Display) {
    eprintln!("    {text}");
}

/// States something that deserves attention and does not stop the task.
pub(crate) fn warn(text: impl fmt::Display) {
    eprintln!("{} {text}", "warning:".bold().yellow());
}

/// Prints an error with its causes and, where known, the remedy.
pub(crate) fn failure(error: &anyhow::Error) {
    eprintln!("{} {error}", "error:".bold().red());
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    let next = error.chain().find_map(|cause| cause.downcast_ref::<Failure>());
    if let Some(Failure { next, .. }) = next {
        eprintln!("  {} {next}", "next:".bold());
    }
}

/// A duration as people read it: `340 ms`, `4.2 s`, `3 min 05 s`.
pub(crate) fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..60 => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let check = |millis: u64, text: &str| assert_eq!(human(Duration::from_millis(millis)), text);
        check(7, "7 ms");
        check(1_250, "1.2 s");
        check(185_000, "3 min 05 s");
    }
}

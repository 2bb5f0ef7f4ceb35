#![doc = include_str!("../README.md")]

mod attempt;
mod capture;
mod claim;
mod clock;
mod ending;
mod environment;
mod job;
mod lock;
mod redact;
mod reporter;
mod run_id;
mod signals;
mod spool;
mod start;
mod stream;

use std::path::Path;
use std::process::ExitCode;

use crontopus_manifest::spec::Layout;

const HELP: &str = "\
Runs one job the way its spec file says, and leaves a record of the run for the agent.

Usage: crontopus-run <namespace/name>

The native scheduler starts it; started by hand, it runs the job at once in the same way. Its exit status
is the job's own; 126 and 127 say that the job could not be started. A job without a spec file has been
removed: nothing is run, and the exit status is 0.

Options:
  -h, --help     Print this text
  -V, --version  Print the version

Environment:
  CRONTOPUS_STATE_DIR  The agent's state directory, when it is not the usual one
";

/// Exit status of a command line that makes no sense.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let (first, more) = (args.next(), args.next().is_some());
    let first = first.as_deref().and_then(|arg| arg.to_str());
    match (first, more) {
        (Some("-h" | "--help"), false) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        (Some("-V" | "--version"), false) => {
            println!("crontopus-run {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        (Some(job), false) if is_job(job) => job::run(&layout(), job).finish(),
        _ => {
            eprint!("crontopus-run: expected one argument, the job as namespace/name\n\n{HELP}");
            ExitCode::from(USAGE)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the binary reads its environment here and nowhere else")]
fn layout() -> Layout {
    match std::env::var_os("CRONTOPUS_STATE_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => Layout::new(dir),
        None => Layout::of_wrapper(&std::env::current_exe().unwrap_or_else(|_| Path::new("/").to_owned())),
    }
}

/// Two DNS labels: nothing that could lead a path out of the state directory.
fn is_job(text: &str) -> bool {
    let label = |part: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (1..=63).contains(&part.len()) && part.bytes().all(plain)
    };
    text.split_once('/').is_some_and(|(namespace, name)| label(namespace) && label(name))
}

#[cfg(test)]
mod tests {
    use super::is_job;

    #[test]
    fn jobs_by_name() {
        assert!(is_job("prod/daily-backup") && is_job("default/a"));
        for bad in
            ["", "a", "a/", "/a", "a/b/c", "../a", "a/..", "a/B", "a/b.json", "a b/c", "a/b\0", "--/\n"]
        {
            assert!(!is_job(bad), "{bad}");
        }
    }
}

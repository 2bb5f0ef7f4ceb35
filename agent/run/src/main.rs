#![doc = include_str!("../README.md")]

mod attempt;
mod capture;
mod claim;
mod clock;
#[cfg(feature = "direct")]
mod direct;
mod ending;
mod environment;
mod job;
mod lock;
mod redact;
mod report;
mod reporter;
mod run;
mod run_id;
mod signals;
mod socket;
mod spool;
mod start;
mod stream;

use std::ffi::OsString;
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

#[cfg(feature = "direct")]
use direct::HELP as DIRECT_HELP;
#[cfg(not(feature = "direct"))]
const DIRECT_HELP: &str = "";

/// Exit status of a command line that makes no sense.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let only = match &args[..] {
        [only] => only.to_str(),
        _ => None,
    };
    match only {
        Some("-h" | "--help") => {
            print!("{HELP}{DIRECT_HELP}");
            ExitCode::SUCCESS
        }
        Some("-V" | "--version") => {
            println!("crontopus-run {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Some(job) if is_job(job) => job::run(&layout(), job).finish(),
        #[cfg(feature = "direct")]
        None if direct::is_asked_for(&args) => match direct::Options::read(args, variable) {
            Ok(options) => direct::run(options).finish(),
            Err(why) => usage(&why),
        },
        _ => usage("expected one argument, the job as namespace/name"),
    }
}

fn usage(why: &str) -> ExitCode {
    eprint!("crontopus-run: {why}\n\n{HELP}{DIRECT_HELP}");
    ExitCode::from(USAGE)
}

fn layout() -> Layout {
    match variable("CRONTOPUS_STATE_DIR") {
        Some(dir) => Layout::new(dir),
        None => Layout::of_wrapper(&std::env::current_exe().unwrap_or_else(|_| Path::new("/").to_owned())),
    }
}

/// A variable of the environment; one that is empty counts as none.
#[expect(clippy::disallowed_methods, reason = "the binary reads its environment here and nowhere else")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
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

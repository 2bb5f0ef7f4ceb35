//! Runs a command that no agent knows of, and reports it to a server by itself.
//!
//! The command comes first: it is started before anything is looked up, and nothing about the report changes how
//! it ends. What cannot be delivered in time stays in a spool of the user's own, for the next run to deliver.

mod address;
mod courier;
mod destination;
mod http;
mod options;
mod place;
mod post;
mod stream;

use std::ffi::OsString;

use crontopus_manifest::spec::{Capture, Concurrency, Kill, OutputRules, SPEC_FORMAT, Shell, SpecFile};
use std::sync::Arc;

pub(crate) use courier::Courier;
pub(crate) use options::{HELP, KEY, Options};

use crate::clock::now;
use crate::ending::Ending;
use crate::report::Report;
use crate::reporter::{Reporter, Way};
use crate::run::Run;
use crate::signals::Signals;
use crate::start::{CannotStart, exactly};

/// Milliseconds between the first signal and KILL when the time of a run is up.
const GRACE_MS: u64 = 10_000;

/// Runs the command and reports it.
pub(crate) fn run(options: Options) -> Ending {
    let [program, args @ ..] = &options.command[..] else { return Ending::NOT_FOUND };
    let label = std::path::Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
    let spec = spec(&options, &label);
    let quiet = options.quiet;
    let mut command = exactly(program, args);
    // The key is the wrapper's; the command has no use for it.
    command.env_remove(KEY);
    let courier = Arc::new(Courier::new(options.destination, options.spool, options.patience));
    let mut report = Report::new(&label, now(), Reporter::new(Way::Direct(courier)));
    report.reporter.hush(quiet);
    match Signals::catch() {
        Ok(signals) => Run { spec: &spec, report, lock: None, signals }.go(command),
        Err(error) => report.refuse(CannotStart::because(format!("cannot catch signals: {error}"))),
    }
}

/// The rules of a job without a spec file: as if one had been written with the options.
fn spec(options: &Options, label: &str) -> SpecFile {
    let kill = |after_ms| Kill { after_ms, signal: "TERM".into(), grace_ms: GRACE_MS };
    let capture = if options.output_limit == 0 { Capture::None } else { Capture::Tail };
    SpecFile {
        format: SPEC_FORMAT,
        job: label.to_owned(),
        digest: String::new(),
        command: String::new(),
        args: Vec::new(),
        shell: Shell::None,
        user: None,
        working_dir: None,
        env: Default::default(),
        env_files: Vec::new(),
        max_runtime_ms: None,
        kill: options.kill_after_ms.map(kill),
        concurrency: Concurrency::Allow,
        retry: None,
        jitter_ms: None,
        output: OutputRules {
            capture,
            limit: options.output_limit,
            redact: options.redact.clone(),
            success_output: true,
            quiet: options.quiet,
        },
        guard: None,
        host: String::new(),
    }
}

/// Whether the command line asks for this mode: it has options of it, or names a command behind `--`.
pub(crate) fn is_asked_for(args: &[OsString]) -> bool {
    args.first().and_then(|arg| arg.to_str()).is_some_and(|arg| arg.starts_with("--")) && args.len() > 1
}

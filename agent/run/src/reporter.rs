use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crontopus_manifest::spec::SpoolRecord;

use crate::spool::Spool;

/// How long the end of the wrapper may wait for records to be written; a disk that hangs must not hang
/// whoever waits for the job.
const BUDGET: Duration = Duration::from_secs(5);

/// Writes records beside the job, so that a slow disk delays neither its start nor its output.
pub(crate) struct Reporter {
    /// What cannot be done is said on standard error, unless quiet; nothing else changes by it.
    quiet: bool,
    state: State,
}

enum State {
    /// The thread starts with the first record: the job comes before it.
    Waiting(Spool),
    Writing {
        records: Sender<SpoolRecord>,
        done: Receiver<()>,
    },
    Lost,
}

impl Reporter {
    /// A reporter into `spool`.
    pub(crate) fn new(spool: Spool) -> Self {
        Self { quiet: false, state: State::Waiting(spool) }
    }

    /// From now on nothing is said.
    pub(crate) fn hush(&mut self, quiet: bool) {
        self.quiet = quiet;
    }

    /// Says something to whoever reads what the native scheduler mails or logs.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            eprintln!("crontopus-run: {text}");
        }
    }

    /// Has a record written.
    pub(crate) fn send(&mut self, record: SpoolRecord) {
        if let State::Waiting(_) = self.state
            && let State::Waiting(spool) = std::mem::replace(&mut self.state, State::Lost)
        {
            match start(spool, self.quiet) {
                Ok(state) => self.state = state,
                Err(error) => self.say(&format!("this run of {} could not be recorded: {error}", record.job)),
            }
        }
        if let State::Writing { records, .. } = &self.state {
            // The thread ends only after this end of the channel.
            drop(records.send(record));
        }
    }

    /// Waits until everything is written, within the budget.
    pub(crate) fn finish(self) {
        if let State::Writing { records, done } = self.state {
            drop(records);
            done.recv_timeout(BUDGET).ok();
        }
    }
}

fn start(spool: Spool, quiet: bool) -> std::io::Result<State> {
    let (records, inbox) = channel::<SpoolRecord>();
    let (ready, done) = channel();
    let work = move || {
        for record in inbox {
            if let Err(error) = spool.put(&record)
                && !quiet
            {
                eprintln!("crontopus-run: this run of {} could not be recorded: {error}", record.job);
            }
        }
        // Nobody waits any more when the budget is spent.
        ready.send(()).ok();
    };
    thread::Builder::new().stack_size(256 << 10).spawn(work)?;
    Ok(State::Writing { records, done })
}

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crontopus_manifest::spec::SpoolRecord;
use nix::unistd::alarm;
use rustix::process::Signal;

#[cfg(feature = "direct")]
use crate::direct::Courier;
use crate::ending::Ending;
use crate::spool::Spool;

/// How many seconds the end of the wrapper may take to be recorded; a disk that hangs must not hang
/// whoever waits for the job.
const BUDGET: u32 = 5;

/// A handshake of TLS needs some of it; what is not used costs nothing.
const STACK: usize = 1 << 20;

/// Where records go.
pub(crate) enum Way {
    /// Into the spool of the agent, which delivers them.
    Agent(Spool),
    /// To a server, by way of a spool of the user's own.
    #[cfg(feature = "direct")]
    Direct(Arc<Courier>),
}

/// Writes records. A slow disk delays neither the job's start nor its output, and its end by no more than
/// the budget.
pub(crate) struct Reporter {
    way: Arc<Way>,
    /// What cannot be done is said on standard error, unless quiet; nothing else changes by it.
    quiet: bool,
    start: Start,
}

/// Where the record of the start is.
enum Start {
    /// There is none, or it is written.
    Done,
    /// Not worth a thread yet: most jobs are over before one would have written it.
    Held(Box<SpoolRecord>),
    /// A thread writes it; the channel closes when that is done.
    Writing(Receiver<()>),
}

impl Reporter {
    /// A reporter that says nothing yet.
    pub(crate) fn new(way: Way) -> Self {
        Self { way: Arc::new(way), quiet: false, start: Start::Done }
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

    /// Takes the record of the start; it is written when the job turns out to last, or with its end.
    pub(crate) fn hold_start(&mut self, record: SpoolRecord) {
        self.start = Start::Held(Box::new(record));
    }

    /// The job lasts: has its start recorded beside it.
    pub(crate) fn release_start(&mut self) {
        match std::mem::replace(&mut self.start, Start::Done) {
            Start::Held(record) => self.write_beside(*record),
            other => self.start = other,
        }
    }

    fn write_beside(&mut self, record: SpoolRecord) {
        let (done, written) = channel();
        let (way, job) = (Arc::clone(&self.way), record.job.clone());
        let beside = Self { way, quiet: self.quiet, start: Start::Done };
        let work = move || {
            let _done = done;
            beside.put_start(&record);
        };
        match thread::Builder::new().stack_size(STACK).spawn(work) {
            Ok(_) => self.start = Start::Writing(written),
            Err(error) => self.say_lost(&job, &error),
        }
    }

    /// Records the end, here and now: handing it to a thread would take longer than writing it.
    pub(crate) fn record_end(self, record: &SpoolRecord, ending: Ending) {
        match &*self.way {
            Way::Agent(spool) => self.spool_end(spool, record, ending),
            #[cfg(feature = "direct")]
            Way::Direct(courier) => {
                let kept = under_alarm(ending, || courier.keep(record));
                if let Err(why) = courier.report_end(record, kept, ending) {
                    self.say(&why);
                }
            }
        }
    }

    fn spool_end(&self, spool: &Spool, record: &SpoolRecord, ending: Ending) {
        under_alarm(ending, || {
            match &self.start {
                Start::Done => {}
                Start::Held(start) => self.spool(spool, start),
                // It never sends anything: the error says that the thread has gone and the record is written.
                Start::Writing(written) => drop(written.recv()),
            }
            self.spool(spool, record);
        });
    }

    fn put_start(&self, record: &SpoolRecord) {
        match &*self.way {
            Way::Agent(spool) => self.spool(spool, record),
            // The end says once more what has happened; until then nobody is bothered.
            #[cfg(feature = "direct")]
            Way::Direct(courier) => courier.report_start(record),
        }
    }

    fn spool(&self, spool: &Spool, record: &SpoolRecord) {
        if let Err(error) = spool.put(record) {
            self.say_lost(&record.job, &error);
        }
    }

    fn say_lost(&self, job: &str, error: &io::Error) {
        self.say(&format!("this run of {job} could not be recorded: {error}"));
    }
}

/// Does what writes to a disk. Should the disk hang, an alarm ends the wrapper as `ending` says.
fn under_alarm<T>(ending: Ending, work: impl FnOnce() -> T) -> T {
    let always = Arc::new(AtomicBool::new(true));
    let number = Signal::ALARM.as_raw();
    let status = ending.status().into();
    if signal_hook::flag::register_conditional_shutdown(number, status, always).is_ok() {
        alarm::set(BUDGET);
    }
    let done = work();
    alarm::cancel();
    done
}

//! Keeps each record, delivers it, and delivers what earlier runs have left.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crontopus_manifest::spec::{RECORD_FORMAT, RecordKind, SpoolRecord};
use rustix::fs::{FlockOperation, OFlags};
use rustix::process::Signal;
use serde_json::Value;

use super::destination::Destination;
use super::place;
use super::post::{Outcome, Session};
use crate::ending::Ending;
use crate::spool::{Spool, name_of};

/// No record is larger: the most that is kept of an output, in base64, and some.
const LARGEST: u64 = 8 << 20;

/// Delivers the records of one run, and what lies in the spool besides.
pub(crate) struct Courier {
    to: Result<Destination, String>,
    dir: Option<PathBuf>,
    spool: OnceLock<Result<Spool, String>>,
    patience: Duration,
}

/// A record in the spool. As long as this lives, no other run delivers it.
pub(crate) struct Kept {
    path: PathBuf,
    _lock: File,
}

impl Kept {
    fn remove(self) {
        // Whoever made room in the spool may have been quicker.
        fs::remove_file(self.path).ok();
    }
}

impl Courier {
    /// Nothing is looked up yet, neither directory nor network: the command is to start first.
    pub(crate) fn new(to: Result<Destination, String>, dir: Option<PathBuf>, patience: Duration) -> Self {
        Self { to, dir, spool: OnceLock::new(), patience }
    }

    /// Leaves the record in the spool.
    pub(crate) fn keep(&self, record: &SpoolRecord) -> Result<Kept, String> {
        let to = self.to.as_ref().map_err(String::clone)?;
        let spool = self.spool.get_or_init(|| self.open()).as_ref().map_err(String::clone)?;
        let name = name_of(record);
        let write = || {
            let mut value = serde_json::to_value(record)?;
            if let Some(value) = value.as_object_mut() {
                value.insert("to".into(), to.to_json());
            }
            spool.put_text(&name, &mut value, record.kind == RecordKind::End)
        };
        let _lock = write().map_err(|error| error.to_string())?;
        Ok(Kept { path: spool.dir().join(name), _lock })
    }

    fn open(&self) -> Result<Spool, String> {
        let dir = self.dir.as_ref().ok_or("there is no directory to keep it in")?;
        place::make(dir).map_err(|error| error.to_string())?;
        Ok(Spool::own(dir.clone()))
    }

    /// Says that the command runs, and delivers what was left while it does. Whatever fails is said with the end.
    pub(crate) fn report_start(&self, record: &SpoolRecord) {
        let Ok(to) = &self.to else { return };
        let kept = self.keep(record);
        let mut session = Session::until(Instant::now() + self.patience);
        if session.deliver(to, record) == Outcome::Delivered {
            kept.map(Kept::remove).ok();
        }
        self.deliver_left(&mut session, &record.run_id);
    }

    /// Says how the command ended, and delivers what was left; waits for that no longer than its time. The error
    /// says what the reader of the log should know.
    pub(crate) fn report_end(
        self: &Arc<Self>,
        record: &SpoolRecord,
        kept: Result<Kept, String>,
        ending: Ending,
    ) -> Result<(), String> {
        let to = self.to.as_ref().map_err(|why| format!("this run is not reported: {why}"))?;
        let why_lost = kept.as_ref().err().cloned();
        let later = |why: &str| match &why_lost {
            None => format!("this run is not reported yet ({why}); a later run reports it"),
            Some(lost) => format!("this run is not reported ({why}), nor could it be kept: {lost}"),
        };
        let deadline = Instant::now() + self.patience;
        if self.patience.is_zero() {
            return why_lost.is_none().then_some(()).ok_or_else(|| later("no time is given to it"));
        }
        end_at_once_when_asked(ending);
        let (said, hear) = channel();
        let (courier, to, record) = (Arc::clone(self), to.clone(), record.clone());
        let work = move || courier.deliver_end(&to, &record, kept, deadline, &said);
        if let Err(error) = thread::Builder::new().spawn(work) {
            return Err(later(&error.to_string()));
        }
        let mut problems = Vec::new();
        let mut told = false;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match hear.recv_timeout(left) {
                Ok(Said::Outcome(outcome)) => {
                    told = true;
                    match outcome {
                        Outcome::Delivered => {}
                        Outcome::Refused(why) => {
                            problems.push(format!("the server does not take this run: {why}"))
                        }
                        Outcome::Failed(why) => problems.push(later(&why)),
                    }
                }
                Ok(Said::Problem(why)) => problems.push(why),
                Err(_) => break,
            }
        }
        if !told {
            problems.push(later("no answer in time"));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.join("\ncrontopus-run: ")) }
    }

    fn deliver_end(
        &self,
        to: &Destination,
        record: &SpoolRecord,
        kept: Result<Kept, String>,
        deadline: Instant,
        said: &Sender<Said>,
    ) {
        let mut session = Session::until(deadline);
        let outcome = session.deliver(to, record);
        if !matches!(outcome, Outcome::Failed(_)) {
            kept.map(Kept::remove).ok();
            self.remove_start(record);
        }
        // Nobody listens any more when it comes too late.
        said.send(Said::Outcome(outcome)).ok();
        for problem in self.deliver_left(&mut session, &record.run_id) {
            said.send(Said::Problem(problem)).ok();
        }
    }

    /// The end has said it all.
    fn remove_start(&self, end: &SpoolRecord) {
        let start = SpoolRecord { kind: RecordKind::Start, output: None, ..end.clone() };
        if let Some(Ok(spool)) = self.spool.get() {
            fs::remove_file(spool.dir().join(name_of(&start))).ok();
        }
    }

    /// Delivers the records of other runs, oldest first, as long as there is time. Gives what was wrong with
    /// those that are gone without being delivered.
    fn deliver_left(&self, session: &mut Session, own: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let spool = self.spool.get_or_init(|| self.open());
        let Some(mut files) = spool.as_ref().ok().and_then(|spool| spool.list().ok()) else {
            return problems;
        };
        files.retain(|file| !file.name.starts_with(own));
        // Of one run the start before the end.
        files.sort_by_key(|file| {
            let run = file.name.split('.').next().unwrap_or_default().to_owned();
            (run, !file.name.contains(".start."))
        });
        for file in files {
            if session.is_over() {
                break;
            }
            let Some(path) = spool.as_ref().ok().map(|spool| spool.dir().join(&file.name)) else { break };
            let (kept, text) = match claim(&path) {
                Ok(Some(claimed)) => claimed,
                // It belongs to a run that goes on, or is gone.
                Ok(None) | Err(_) => continue,
            };
            let outcome = match read(&text) {
                Some((to, record)) => session.deliver_late(&self.mended(to), &record),
                None => Outcome::Refused("it is damaged".into()),
            };
            match outcome {
                Outcome::Delivered => kept.remove(),
                Outcome::Refused(why) => {
                    problems.push(format!("the report {} of an earlier run is dropped: {why}", file.name));
                    kept.remove();
                }
                Outcome::Failed(_) => {}
            }
        }
        problems
    }
}

impl Courier {
    /// For the server of this run, what was given this time counts: it may have been wrong before.
    fn mended(&self, kept: Destination) -> Destination {
        match &self.to {
            Ok(own) if own.address == kept.address => Destination { ca: own.ca.clone(), ..kept },
            _ => kept,
        }
    }
}

/// What the delivering thread tells.
enum Said {
    Outcome(Outcome),
    Problem(String),
}

/// From now on a signal ends the wrapper as the job has ended, be the report delivered or not.
fn end_at_once_when_asked(ending: Ending) {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let always = Arc::new(AtomicBool::new(true));
        let status = ending.status().into();
        signal_hook::flag::register_conditional_shutdown(signal.as_raw(), status, always).ok();
    }
}

/// Takes a record that nobody else is delivering, and reads it.
fn claim(path: &Path) -> io::Result<Option<(Kept, Vec<u8>)>> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() || meta.uid() != rustix::process::geteuid().as_raw() || meta.len() > LARGEST {
        return Ok(None);
    }
    if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(None);
    }
    // Delivered and removed, or written anew, between the look and the lock.
    if fs::symlink_metadata(path)?.ino() != meta.ino() {
        return Ok(None);
    }
    let mut text = Vec::new();
    (&file).take(LARGEST).read_to_end(&mut text)?;
    Ok(Some((Kept { path: path.to_owned(), _lock: file }, text)))
}

/// A kept record and where it goes.
fn read(text: &[u8]) -> Option<(Destination, SpoolRecord)> {
    let value: Value = serde_json::from_slice(text).ok()?;
    let to = Destination::from_json(value.get("to")?)?;
    let record: SpoolRecord = serde_json::from_value(value).ok()?;
    (record.format == RECORD_FORMAT).then_some((to, record))
}

//! One run at a time, by a lock the kernel takes back when its holder dies.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, pidfd_send_signal};

use crate::signals::Signals;

/// After the previous run's group was killed, its wrapper still drains pipes and writes its record.
const AFTERMATH: Duration = Duration::from_secs(8);

const PAUSE: Duration = Duration::from_millis(10);

/// The lock of a job, held.
#[derive(Debug)]
pub(crate) struct Held(File);

/// What came of trying.
#[derive(Debug)]
pub(crate) enum Lock {
    Held(Held),
    /// Another run has it.
    Busy,
    /// A signal asked this run to end while it waited.
    Stopped(Signal),
    /// It cannot be had, and why.
    Failed(String),
}

impl Held {
    /// Notes the process group of the run for whoever is to replace it.
    pub(crate) fn note_group(&self, group: u32) {
        let own = std::process::id();
        let text = format!("{group} {own} {}\n", start_ticks(own).unwrap_or(0));
        // Without the note a replacing run waits in vain and says so; the job runs all the same.
        if self.0.write_all_at(text.as_bytes(), 0).is_ok() {
            drop(self.0.set_len(text.len() as u64));
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.set_len(0));
    }
}

/// Takes the lock if nobody has it.
pub(crate) fn take(path: &Path) -> Lock {
    match open(path).and_then(|file| Ok((try_lock(&file)?, file))) {
        Ok((true, file)) => held(file),
        Ok((false, _)) => Lock::Busy,
        Err(error) => failed(path, &error),
    }
}

/// Ends whoever has the lock, and takes it: asks the other wrapper to end, which passes that on to its
/// job and does not retry; after `grace` kills its process group.
pub(crate) fn take_over(path: &Path, grace: Duration, signals: &mut Signals) -> Lock {
    let file = match open(path) {
        Ok(file) => file,
        Err(error) => return failed(path, &error),
    };
    let mut asked: Option<(Holder, Instant)> = None;
    let mut killed_at: Option<Instant> = None;
    let began = Instant::now();
    loop {
        match try_lock(&file) {
            Ok(true) => return held(file),
            Ok(false) => {}
            Err(error) => return failed(path, &error),
        }
        // None: the holder has not noted itself yet, or is just gone.
        if let Some(holder) = read_holder(&file) {
            let since = asked.filter(|(other, _)| *other == holder).map(|(_, since)| since);
            if let Some(since) = since {
                if killed_at.is_none() && since.elapsed() >= grace {
                    holder.kill_group();
                    killed_at = Some(Instant::now());
                }
            } else if holder.ask_to_end() {
                asked = Some((holder, Instant::now()));
                killed_at = None;
            }
        }
        let hopeless = match killed_at {
            Some(killed) => killed.elapsed() > AFTERMATH,
            None => asked.is_none() && began.elapsed() > grace + AFTERMATH,
        };
        if hopeless {
            return Lock::Failed("the previous run could not be ended".to_owned());
        }
        if let Some(signal) = signals.wait(PAUSE) {
            return Lock::Stopped(signal);
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    // On a read-only file system the lock that exists works as well.
    open.or_else(|error| File::open(path).map_err(|_| error))
}

fn try_lock(file: &File) -> io::Result<bool> {
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn held(file: File) -> Lock {
    let held = Held(file);
    held.note_group(0);
    Lock::Held(held)
}

fn failed(path: &Path, error: &io::Error) -> Lock {
    Lock::Failed(format!("cannot lock {}: {error}", path.display()))
}

/// The run that has the lock, as it noted itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Holder {
    wrapper: Pid,
    /// When the wrapper started: tells it from a later process with its number.
    ticks: u64,
    group: Option<Pid>,
}

fn read_holder(file: &File) -> Option<Holder> {
    let mut bytes = [0; 64];
    let length = file.read_at(&mut bytes, 0).ok()?;
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?;
    let mut numbers = text.split_ascii_whitespace().map(str::parse::<u64>);
    let (group, wrapper, ticks) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    let pid = |number: u64| Pid::from_raw(i32::try_from(number).ok()?);
    Some(Holder { wrapper: pid(wrapper)?, ticks, group: pid(group) })
}

impl Holder {
    /// Asks the wrapper to end; false when it is not the process that noted itself.
    fn ask_to_end(&self) -> bool {
        let Ok(process) = pidfd_open(self.wrapper, PidfdFlags::empty()) else { return false };
        // Looked at after the process was pinned down: it cannot become another one now.
        let same = start_ticks(self.wrapper.as_raw_nonzero().get().unsigned_abs()) == Some(self.ticks);
        same && pidfd_send_signal(&process, Signal::TERM).is_ok()
    }

    /// Kills the job's group, which is the holder's as long as the lock is.
    fn kill_group(&self) {
        if let Some(group) = self.group {
            // Gone already is as good.
            kill_process_group(group, Signal::KILL).ok();
        }
    }
}

/// When a process started, in clock ticks since boot: field 22 of `/proc/<pid>/stat`.
fn start_ticks(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything; behind its end come fields 3 and on.
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_is_busy_and_a_dropped_one_free() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = take(&path);
        assert!(matches!(first, Lock::Held(_)));
        assert!(matches!(take(&path), Lock::Busy));
        drop(first);
        assert!(matches!(take(&path), Lock::Held(_)));
        assert!(matches!(take(&dir.path().join("no/such/lock")), Lock::Failed(_)));
    }

    #[test]
    fn the_holder_is_known_by_its_start() {
        let file = tempfile::tempfile().unwrap();
        let held = Held(file.try_clone().unwrap());
        held.note_group(77);
        let holder = read_holder(&file).unwrap();
        assert_eq!(holder.wrapper.as_raw_nonzero().get().unsigned_abs(), std::process::id());
        assert_eq!(holder.group, Pid::from_raw(77));
        let stale = Holder { ticks: holder.ticks + 1, ..holder };
        assert!(!stale.ask_to_end(), "another process with that number is never signalled");
        for note in ["", "x", "1 2", "0 0 0", "1 99999999999 3", "-1 -1 -1"] {
            file.set_len(0).unwrap();
            file.write_all_at(note.as_bytes(), 0).unwrap();
            assert_eq!(read_holder(&file), None, "{note}");
        }
    }
}

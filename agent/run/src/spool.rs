//! Records as files, until they are delivered: whole or not there, never too many.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
#[cfg(feature = "direct")]
use std::path::Path;
use std::path::PathBuf;

use crontopus_manifest::spec::{Layout, RecordKind, SpoolRecord};
use rustix::fs::FlockOperation;
use serde_json::Value;

use crate::socket::AgentSocket;

/// More files than that: outputs and what is no end go.
const MOST_FILES: usize = 1_000;

/// More bytes than that: even old ends go.
const MOST_BYTES: u64 = 10 << 20;

/// No record without output is larger.
const BARE: u64 = 4 << 10;

/// Where the spool cannot be listed, the last of its file system is left alone: 5 %, and never more than
/// this many bytes.
const FREE_PERCENT: u64 = 5;
const FREE_BYTES: u64 = 64 << 20;

/// A directory of records.
#[derive(Debug)]
pub(crate) struct Spool {
    dir: PathBuf,
    /// The agent's socket, where there is one to be told.
    agent: Option<AgentSocket>,
}

impl Spool {
    /// The agent's spool of `layout`.
    pub(crate) fn new(layout: &Layout) -> Self {
        Self { dir: layout.spool(), agent: Some(AgentSocket::new(layout)) }
    }

    /// The spool in `dir`, which no agent reads.
    #[cfg(feature = "direct")]
    pub(crate) fn own(dir: PathBuf) -> Self {
        Self { dir, agent: None }
    }

    /// Leaves a record, and tells the agent. When no record can be left, the agent is handed the record itself.
    pub(crate) fn put(&self, record: &SpoolRecord) -> io::Result<()> {
        let name = name_of(record);
        let durable = record.kind == RecordKind::End;
        let mut value = serde_json::to_value(record)?;
        let put = self.put_text(&name, &mut value, durable);
        match (put, &self.agent) {
            (Ok(_), Some(agent)) => agent.nudge(&name),
            (Ok(_), None) => {}
            (Err(error), Some(agent)) => {
                let mut value = serde_json::to_value(record)?;
                agent.hand_over(&mut value).or(Err(error))?;
            }
            (Err(error), None) => return Err(error),
        }
        Ok(())
    }

    /// Leaves a record of whatever form that has its output, if any, under `output`, and gives its file. When
    /// there is no room, the output goes.
    pub(crate) fn put_text(&self, name: &str, record: &mut Value, durable: bool) -> io::Result<File> {
        let mut text = serde_json::to_vec(record)?;
        if !self.make_room(text.len() as u64) && take_output(record) {
            text = serde_json::to_vec(record)?;
        }
        match self.write(name, &text, durable) {
            Err(error) if is_full(&error) => {
                take_output(record);
                let text = serde_json::to_vec(record)?;
                self.write(name, &text, durable).or_else(|error| {
                    let freed = is_full(&error) && durable && self.drop_oldest_minor();
                    if freed { self.write(name, &text, durable) } else { Err(error) }
                })
            }
            other => other,
        }
    }

    fn write(&self, name: &str, text: &[u8], durable: bool) -> io::Result<File> {
        let temporary = self.dir.join(format!(".{name}"));
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
            file.write_all(text)?;
            if durable {
                file.sync_data()?;
            }
            if self.agent.is_none() {
                // Whoever delivers what was left passes over what its own run is about to deliver.
                rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).ok();
            }
            fs::rename(&temporary, self.dir.join(name))?;
            Ok(file)
        };
        let written = write();
        if written.is_err() {
            drop(fs::remove_file(&temporary));
        }
        written
    }

    /// Makes room for a record of `size` bytes; false when it has to do without its output. Outputs go
    /// first, then what is no end, and old ends only when all of that was not enough.
    fn make_room(&self, size: u64) -> bool {
        let Ok(mut files) = self.list() else { return self.has_free_space() };
        let mut bytes: u64 = files.iter().map(|file| file.size).sum();
        if files.len() < MOST_FILES && bytes + size <= MOST_BYTES {
            return true;
        }
        for file in files.iter_mut().filter(|file| file.is_end && file.size > BARE) {
            if bytes + size <= MOST_BYTES {
                break;
            }
            let left = self.strip_output(file);
            bytes -= file.size - left;
            file.size = left;
        }
        let keeps_output = bytes + size <= MOST_BYTES;
        let mut count = files.len();
        for file in files.iter().filter(|file| !file.is_end) {
            if count < MOST_FILES && bytes + size <= MOST_BYTES {
                break;
            }
            drop(fs::remove_file(self.dir.join(&file.name)));
            (count, bytes) = (count - 1, bytes - file.size);
        }
        for file in files.iter().filter(|file| file.is_end) {
            if bytes + size.min(BARE) <= MOST_BYTES {
                break;
            }
            drop(fs::remove_file(self.dir.join(&file.name)));
            bytes -= file.size;
        }
        keeps_output
    }

    /// The records, oldest first: their names begin with the time.
    pub(crate) fn list(&self) -> io::Result<Vec<Listed>> {
        let mut files = Vec::new();
        for file in fs::read_dir(&self.dir)? {
            let file = file?;
            let Ok(name) = file.file_name().into_string() else { continue };
            // The agent may take a record at any time.
            let Ok(found) = file.metadata() else { continue };
            if is_record(&name) {
                files.push(Listed { is_end: name.ends_with(".end.json"), size: found.len(), name });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    /// Where the records are.
    #[cfg(feature = "direct")]
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Takes the output out of a record that lies here; what cannot be changed stays. Gives its new size.
    fn strip_output(&self, file: &Listed) -> u64 {
        let strip = || {
            let text = fs::read(self.dir.join(&file.name))?;
            let mut record: Value = serde_json::from_slice(&text)?;
            take_output(&mut record);
            let text = serde_json::to_vec(&record)?;
            self.write(&file.name, &text, true)?;
            Ok::<_, io::Error>(text.len() as u64)
        };
        strip().unwrap_or(file.size)
    }

    /// The oldest record that is no end goes; whether there was one.
    fn drop_oldest_minor(&self) -> bool {
        let files = self.list().unwrap_or_default();
        let minor = files.iter().find(|file| !file.is_end);
        minor.is_some_and(|file| fs::remove_file(self.dir.join(&file.name)).is_ok())
    }

    /// Most users may add to the spool but not list it: what bounds it then is its file system.
    fn has_free_space(&self) -> bool {
        let Ok(space) = rustix::fs::statvfs(&self.dir) else { return true };
        let kept_free = (space.f_blocks / 100).saturating_mul(FREE_PERCENT);
        space.f_bavail >= kept_free.min(FREE_BYTES / space.f_frsize.max(1))
    }
}

/// A record that lies in the spool.
pub(crate) struct Listed {
    pub(crate) name: String,
    size: u64,
    is_end: bool,
}

/// The name of a record's file.
pub(crate) fn name_of(record: &SpoolRecord) -> String {
    format!("{}.{}.json", record.run_id, word(record.kind))
}

/// Whether there was an output to take.
pub(crate) fn take_output(record: &mut Value) -> bool {
    record.as_object_mut().and_then(|record| record.remove("output")).is_some()
}

fn word(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Start => "start",
        RecordKind::End => "end",
        RecordKind::Skipped => "skipped",
        RecordKind::Orphan => "orphan",
    }
}

/// Whether a name is a finished record's; nothing else in the spool is ever touched.
fn is_record(name: &str) -> bool {
    let kinds = [".start.json", ".end.json", ".skipped.json", ".orphan.json"];
    !name.starts_with('.') && kinds.iter().any(|kind| name.ends_with(kind))
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

#[cfg(test)]
mod tests {
    use crontopus_manifest::spec::{OutputRecord, RECORD_FORMAT};

    use super::*;

    fn record(n: usize, kind: RecordKind, output: usize) -> SpoolRecord {
        let output = OutputRecord {
            head: "x".repeat(output),
            tail: String::new(),
            total_bytes: output as u64,
            dropped_bytes: 0,
        };
        SpoolRecord {
            format: RECORD_FORMAT,
            job: "prod/backup".into(),
            run_id: format!("{n:08}"),
            kind,
            at: jiff::Timestamp::UNIX_EPOCH,
            scheduled_for: None,
            digest: String::new(),
            exit_status: Some(0),
            signal: None,
            killed: false,
            reason: None,
            duration_ms: None,
            attempts: Vec::new(),
            output: (kind == RecordKind::End).then_some(output),
            resources: None,
        }
    }

    struct Heap {
        spool: Spool,
        _dir: tempfile::TempDir,
    }

    fn heap() -> Heap {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        fs::create_dir(layout.spool()).unwrap();
        Heap { spool: Spool::new(&layout), _dir: dir }
    }

    impl Heap {
        /// Lays records down as they are, without looking for room.
        fn fill(&self, numbers: std::ops::Range<usize>, kind: RecordKind, output: usize) {
            for n in numbers {
                let record = record(n, kind, output);
                let name = format!("{}.{}.json", record.run_id, word(kind));
                self.spool.write(&name, &serde_json::to_vec(&record).unwrap(), false).unwrap();
            }
        }

        fn size(&self) -> u64 {
            self.spool.list().unwrap().iter().map(|file| file.size).sum()
        }

        fn count(&self, end: &str) -> usize {
            self.spool.list().unwrap().iter().filter(|file| file.name.ends_with(end)).count()
        }
    }

    #[test]
    fn outputs_go_first() {
        let heap = heap();
        heap.fill(0..170, RecordKind::Start, 0);
        heap.fill(0..170, RecordKind::End, 60_000);
        for n in 170..200 {
            heap.spool.put(&record(n, RecordKind::Start, 0)).unwrap();
            heap.spool.put(&record(n, RecordKind::End, 60_000)).unwrap();
            assert!(heap.size() <= MOST_BYTES);
        }
        assert_eq!((heap.count(".start.json"), heap.count(".end.json")), (200, 200));
        let files = heap.spool.list().unwrap();
        let ends: Vec<u64> = files.iter().filter(|file| file.is_end).map(|file| file.size).collect();
        assert!(ends[0] < 1_000 && ends[199] > 60_000, "the newest keep theirs");
    }

    #[test]
    fn starts_go_next_and_ends_stay() {
        let heap = heap();
        heap.fill(0..500, RecordKind::Start, 0);
        heap.fill(0..490, RecordKind::End, 10);
        for n in 500..520 {
            heap.spool.put(&record(n, RecordKind::Start, 0)).unwrap();
            heap.spool.put(&record(n, RecordKind::End, 10)).unwrap();
        }
        assert_eq!((heap.count(".start.json"), heap.count(".end.json")), (490, 510));
        assert!(heap.spool.list().unwrap()[0].is_end, "the oldest starts went");

        let heap = self::heap();
        heap.fill(0..2_000, RecordKind::End, 10);
        heap.spool.put(&record(2_000, RecordKind::End, 10)).unwrap();
        assert_eq!(heap.count(".end.json"), 2_001, "ends alone may be more");
        assert!(!heap.spool.list().unwrap().iter().any(|file| file.name.starts_with('.')));
    }
}

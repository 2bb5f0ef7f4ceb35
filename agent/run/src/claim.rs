//! A guarded job is woken more often than it is to run: each true occurrence is claimed once.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crontopus_manifest::spec::SpecFile;
use jiff::{SignedDuration, Timestamp};
use rustix::fs::{FlockOperation, flock};

/// What a wake-up is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    /// The job is not guarded: every wake-up is a run.
    Always,
    /// This occurrence, which is now claimed.
    For(Timestamp),
    /// Nothing is due, or another wake-up has it.
    Nothing,
}

/// Finds out what the wake-up at `now` is for, and claims it in the file at `path`.
pub(crate) fn claim(spec: &SpecFile, path: &Path, now: Timestamp) -> Wake {
    let Some(guard) = &spec.guard else { return Wake::Always };
    let Some(due) = guard.due(now) else { return Wake::Nothing };
    match claim_in_file(path, due, now) {
        Ok(true) => Wake::For(due),
        Ok(false) => Wake::Nothing,
        // Nobody can claim anything. The superset has one wake-up in the very minute of each occurrence:
        // that one runs, the others must not.
        Err(_) if now.duration_since(due) < SignedDuration::from_secs(60) => Wake::For(due),
        Err(_) => Wake::Nothing,
    }
}

fn claim_in_file(path: &Path, due: Timestamp, now: Timestamp) -> io::Result<bool> {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    // Held until the file is closed: two wake-ups at once read and write one after the other.
    flock(&file, FlockOperation::LockExclusive)?;
    match read_claim(&mut file)? {
        Some(claimed) if claimed >= due && !is_nonsense(claimed, now) => Ok(false),
        _ => {
            file.rewind()?;
            let text = due.to_string();
            file.write_all(text.as_bytes())?;
            file.set_len(text.len() as u64)?;
            Ok(true)
        }
    }
}

fn read_claim(file: &mut File) -> io::Result<Option<Timestamp>> {
    let mut text = String::new();
    match file.take(100).read_to_string(&mut text) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(error) => Err(error),
        // A text that is no time, after a crash of the host, claims nothing.
        Ok(_) => Ok(text.trim().parse().ok()),
    }
}

/// A claim far ahead of the clock was made while the clock was wrong; it must not stop the job for years.
fn is_nonsense(claimed: Timestamp, now: Timestamp) -> bool {
    claimed.duration_since(now) > SignedDuration::from_hours(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-03-01T{text}Z").parse().unwrap()
    }

    #[test]
    fn each_occurrence_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("claim");
        let claim = |due: &str, now: &str| claim_in_file(&path, at(due), at(now)).unwrap();
        assert!(claim("02:00:00", "02:00:01"));
        assert!(!claim("02:00:00", "02:00:02"));
        assert!(claim("03:00:00", "03:00:00"));
        assert!(!claim("02:00:00", "03:00:01"), "an older one is behind us");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "2026-03-01T03:00:00Z");
    }

    #[test]
    fn damaged_claims_stop_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("claim");
        for damage in
            [&b""[..], b"\0\0\0\0", b"\xff\xfe", b"yesterday", b"2031-03-01T00:00:00Z", &[b'9'; 300]]
        {
            std::fs::write(&path, damage).unwrap();
            assert!(claim_in_file(&path, at("02:00:00"), at("02:00:01")).unwrap());
            assert!(!claim_in_file(&path, at("02:00:00"), at("02:00:01")).unwrap());
        }
    }
}

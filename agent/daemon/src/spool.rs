//! The records the wrappers left: read, believed or not, delivered, removed.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crontopus_api::RunAttempt;
use crontopus_api::agent_v1::{AgentCheckIn, AgentCheckInKind, RecordedOutput};
use crontopus_manifest::spec::{Layout, RECORD_FORMAT, RecordKind, SpoolRecord};
use jiff::{SignedDuration, Timestamp};
use rustix::fs::{Mode, OFlags};

/// Records sent in one request.
pub(crate) const BATCH: usize = 200;
/// A record is at most twice the largest output (base64) and some.
const LARGEST_RECORD: u64 = 4 * 1024 * 1024;
/// Bytes of records in one request, so that it stays below the server's limit.
const LARGEST_BATCH: u64 = 6 * 1024 * 1024;

/// One batch, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// What to send.
    pub(crate) items: Vec<AgentCheckIn>,
    /// The file of each item.
    pub(crate) files: Vec<PathBuf>,
    /// Files that hold nothing believable, with the reason: they are set aside, not sent.
    pub(crate) refused: Vec<(PathBuf, String)>,
    /// Whether more is waiting.
    pub(crate) more: bool,
}

/// How many records wait.
pub(crate) fn waiting(layout: &Layout) -> u64 {
    names(layout).map(|names| names.len() as u64).unwrap_or(0)
}

/// Reads the oldest records. `offset` is what is added to the host's clock to have the server's.
pub(crate) fn read(layout: &Layout, offset: SignedDuration) -> std::io::Result<Batch> {
    let names = names(layout)?;
    let mut batch = Batch { more: names.len() > BATCH, ..Batch::default() };
    let mut bytes = 0;
    for name in names.into_iter().take(BATCH) {
        let path = layout.spool().join(&name);
        match record(layout, &path) {
            Ok(Some((record, size))) => {
                if bytes + size > LARGEST_BATCH && !batch.items.is_empty() {
                    batch.more = true;
                    break;
                }
                bytes += size;
                batch.items.push(check_in(record, offset));
                batch.files.push(path);
            }
            Ok(None) => {}
            Err(reason) => batch.refused.push((path, reason)),
        }
    }
    Ok(batch)
}

/// Finished records by run and, within a run, start before end.
fn names(layout: &Layout) -> std::io::Result<Vec<String>> {
    let entries = match fs::read_dir(layout.spool()) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        if let Ok(name) = entry?.file_name().into_string()
            && !name.starts_with('.')
            && name.ends_with(".json")
        {
            names.push(name);
        }
    }
    names.sort_by_key(|name| {
        let run = name.split('.').next().unwrap_or_default().to_owned();
        (run, !name.contains(".start."), name.clone())
    });
    Ok(names)
}

/// Reads one record; `None` when it went away meanwhile.
fn record(layout: &Layout, path: &Path) -> Result<Option<(SpoolRecord, u64)>, String> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(e) => return Err(format!("cannot be opened: {e}")),
        Ok(fd) => fs::File::from(fd),
    };
    let meta = file.metadata().map_err(|e| e.to_string())?;
    if !meta.is_file() || meta.len() > LARGEST_RECORD {
        return Err("is no regular file of a believable size".into());
    }
    let mut text = Vec::new();
    file.take(LARGEST_RECORD).read_to_end(&mut text).map_err(|e| e.to_string())?;
    let record: SpoolRecord = serde_json::from_slice(&text).map_err(|e| format!("cannot be read: {e}"))?;
    if record.format != RECORD_FORMAT {
        return Err(format!("has format {}", record.format));
    }
    if !may_speak_for(layout, &record.job, meta.uid()) {
        return Err(format!("user {} may not speak for {}", meta.uid(), record.job));
    }
    Ok(Some((record, meta.len())))
}

/// The spool is open to every job's user; a record is believed when it belongs to root, to the agent, or to
/// the user of the job it names, who owns the job's lock.
fn may_speak_for(layout: &Layout, job: &str, uid: u32) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    if job.matches('/').count() != 1 || !job.chars().all(plain) {
        return false;
    }
    uid == 0
        || uid == rustix::process::geteuid().as_raw()
        || fs::symlink_metadata(layout.lock(job)).is_ok_and(|meta| meta.uid() == uid)
}

fn check_in(record: SpoolRecord, offset: SignedDuration) -> AgentCheckIn {
    let shift = |at: Timestamp| at.saturating_add(offset).unwrap_or(at);
    AgentCheckIn {
        job: record.job,
        run_id: record.run_id,
        kind: match record.kind {
            RecordKind::Start => AgentCheckInKind::Start,
            RecordKind::End => AgentCheckInKind::End,
            RecordKind::Skipped => AgentCheckInKind::Skipped,
            RecordKind::Orphan => AgentCheckInKind::Orphan,
        },
        at: shift(record.at),
        scheduled_for: record.scheduled_for,
        digest: record.digest,
        exit_status: record.exit_status,
        signal: record.signal,
        killed: record.killed,
        reason: record.reason,
        duration_ms: record.duration_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
        attempts: record
            .attempts
            .into_iter()
            .map(|a| RunAttempt {
                started_at: shift(a.started_at),
                duration_ms: a.duration_ms,
                exit_status: a.exit_status,
                signal: a.signal,
            })
            .collect(),
        output: record.output.map(|o| RecordedOutput {
            head: o.head,
            tail: o.tail,
            total_bytes: o.total_bytes,
            dropped_bytes: o.dropped_bytes,
        }),
        user_ms: record.resources.as_ref().map(|r| r.user_ms as i64),
        system_ms: record.resources.as_ref().map(|r| r.system_ms as i64),
        max_rss_kib: record.resources.as_ref().map(|r| r.max_rss_kib as i64),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn layout() -> (tempfile::TempDir, Layout) {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        fs::create_dir_all(layout.spool()).unwrap();
        (dir, layout)
    }

    fn put(layout: &Layout, name: &str, text: &str) {
        fs::write(layout.spool().join(name), text).unwrap();
    }

    fn text(run: &str, kind: &str) -> String {
        format!(
            r#"{{"format":1,"job":"ops/tick","run_id":"{run}","kind":"{kind}","at":"2026-11-23T12:00:00Z"}}"#
        )
    }

    #[test]
    fn oldest_run_first_and_its_start_before_its_end() {
        let (_dir, layout) = layout();
        put(&layout, "b.end.json", &text("b", "end"));
        put(&layout, "b.start.json", &text("b", "start"));
        put(&layout, "a.end.json", &text("a", "end"));
        put(&layout, "a.start.json", &text("a", "start"));
        put(&layout, ".c.start.json", "not finished");
        let batch = read(&layout, SignedDuration::from_secs(5)).unwrap();
        let order: Vec<_> = batch.items.iter().map(|i| (i.run_id.as_str(), i.kind)).collect();
        let (start, end) = (AgentCheckInKind::Start, AgentCheckInKind::End);
        assert_eq!(order, [("a", start), ("a", end), ("b", start), ("b", end)]);
        assert_eq!(batch.items[0].at.to_string(), "2026-11-23T12:00:05Z");
        assert_eq!((batch.files.len(), batch.refused.len(), batch.more), (4, 0, false));
        assert_eq!(waiting(&layout), 4);
    }

    #[test]
    fn what_is_not_believed_is_refused_with_a_reason() {
        let (dir, layout) = layout();
        put(&layout, "1.end.json", "{");
        put(&layout, "2.end.json", &text("x", "end").replace("\"format\":1", "\"format\":2"));
        put(&layout, "3.end.json", &text("x", "end").replace("ops/tick", "../../etc/passwd"));
        put(&layout, "4.end.json", &" ".repeat(LARGEST_RECORD as usize + 1));
        let secret = dir.path().join("secret");
        fs::write(&secret, text("x", "end")).unwrap();
        symlink(&secret, layout.spool().join("5.end.json")).unwrap();
        fs::create_dir(layout.spool().join("6.end.json")).unwrap();
        let batch = read(&layout, SignedDuration::ZERO).unwrap();
        assert_eq!(batch.items.len(), 0);
        assert_eq!(batch.refused.len(), 6, "{:?}", batch.refused);
    }

    #[test]
    fn another_user_speaks_for_nobody_elses_job() {
        let (_dir, layout) = layout();
        fs::create_dir_all(layout.lock("ops/tick").parent().unwrap()).unwrap();
        fs::write(layout.lock("ops/tick"), "").unwrap();
        let own = rustix::process::geteuid().as_raw();
        assert!(may_speak_for(&layout, "ops/tick", own));
        assert!(may_speak_for(&layout, "ops/tick", 0));
        assert!(!may_speak_for(&layout, "ops/tick", own + 54_321));
        assert!(!may_speak_for(&layout, "ops/other", own + 54_321));
    }

    #[test]
    fn a_long_absence_comes_in_batches() {
        let (_dir, layout) = layout();
        for run in 0..BATCH + 5 {
            put(&layout, &format!("{run:05}.end.json"), &text(&format!("{run}"), "end"));
        }
        let batch = read(&layout, SignedDuration::ZERO).unwrap();
        assert_eq!((batch.items.len(), batch.more), (BATCH, true));
    }
}

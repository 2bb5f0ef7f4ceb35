//! The records the wrappers left: read, believed or not, delivered, removed.

mod held;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crontopus_api::RunAttempt;
use crontopus_api::agent_v1::{AgentCheckIn, AgentCheckInKind, RecordedOutput};
use crontopus_manifest::spec::{Layout, RECORD_FORMAT, RecordKind, SpoolRecord};
use jiff::{SignedDuration, Timestamp};
use rustix::fs::{Mode, OFlags};

pub(crate) use self::held::Held;

/// Records sent in one request.
pub(crate) const BATCH: usize = 200;
/// A record is at most twice the largest output (base64) and some.
pub(crate) const LARGEST_RECORD: u64 = 4 * 1024 * 1024;
/// Bytes of records in one request, so that it stays below the server's limit.
const LARGEST_BATCH: u64 = 6 * 1024 * 1024;

/// Where a record is until it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the spool.
    File(PathBuf),
    /// In memory, as its wrapper handed it over.
    Held(String),
}

/// One batch, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// What to send.
    pub(crate) items: Vec<AgentCheckIn>,
    /// Where each item came from.
    pub(crate) sources: Vec<Source>,
    /// Files that hold nothing believable, with the reason: they are set aside, not sent.
    pub(crate) refused: Vec<(PathBuf, String)>,
    /// Whether more is waiting.
    pub(crate) more: bool,
    bytes: u64,
}

/// How many records lie in the spool.
pub(crate) fn waiting(layout: &Layout) -> u64 {
    names(layout).map(|names| names.len() as u64).unwrap_or(0)
}

/// What a daemon knows of records beside the spool.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Those that no disk takes.
    pub(crate) held: Held,
    /// Files that are delivered and could not be removed: they are not sent again and again.
    pub(crate) stuck: BTreeSet<PathBuf>,
}

impl Memory {
    /// How many records the server has not got.
    pub(crate) fn waiting(&self, layout: &Layout) -> u64 {
        let stuck = |name: &String| self.stuck.contains(&layout.spool().join(name));
        let names = names(layout).unwrap_or_default();
        (names.iter().filter(|name| !stuck(name)).count() + self.held.len()) as u64
    }
}

/// Reads the oldest records but those of `passed`. `offset` is what is added to the host's clock to have the server's.
pub(crate) fn read(
    layout: &Layout,
    offset: SignedDuration,
    passed: &BTreeSet<PathBuf>,
) -> std::io::Result<Batch> {
    let mut names = names(layout)?;
    names.retain(|name| !passed.contains(&layout.spool().join(name)));
    let mut batch = Batch { more: names.len() > BATCH, ..Batch::default() };
    for name in names.into_iter().take(BATCH) {
        let path = layout.spool().join(&name);
        match record(layout, &path) {
            Ok(Some((record, size))) => {
                if batch.bytes + size > LARGEST_BATCH && !batch.items.is_empty() {
                    batch.more = true;
                    break;
                }
                batch.bytes += size;
                batch.items.push(check_in(record, offset));
                batch.sources.push(Source::File(path));
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
    Ok(Some((believed(layout, &text, meta.uid())?, meta.len())))
}

/// The record in `text`, which came from the user `uid`; or why it is not believed.
fn believed(layout: &Layout, text: &[u8], uid: u32) -> Result<SpoolRecord, String> {
    let record: SpoolRecord = serde_json::from_slice(text).map_err(|e| format!("cannot be read: {e}"))?;
    if record.format != RECORD_FORMAT {
        return Err(format!("has format {}", record.format));
    }
    if !may_speak_for(layout, &record.job, uid) {
        return Err(format!("is of user {uid}, who may not speak for {}", record.job));
    }
    Ok(record)
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

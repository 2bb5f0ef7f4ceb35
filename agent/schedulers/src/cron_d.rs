//! One file per job in `/etc/cron.d`: the smallest blast radius, since Debian cron drops a whole file
//! for one bad line, and no quarrel with `crontab -e`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crontopus_plan::{Action, Entry, Marker, ObservedEntry, Step};
use rustix::fs::{Timespec, Timestamps, UTIME_NOW};

use crate::line::{cron_lines, is_user_name};
use crate::replace_file::{remove_if_there, replace_file, sync_directory};
use crate::{Applied, ApplyError, EntryRequest, FailPoints, ObserveError, Refused, Scheduler};

/// Where all crons that know it look.
pub const CRON_D: &str = "/etc/cron.d";

const PREFIX: &str = "crontopus-";

/// Larger files are none of ours.
const LARGEST: u64 = 64 << 10;

/// The files `crontopus-<namespace>_<name>` of one directory.
#[derive(Debug)]
pub struct CronD {
    dir: PathBuf,
    wrapper: PathBuf,
    installation: String,
    user_exists: fn(&str) -> bool,
    points: FailPoints,
}

impl CronD {
    /// The adapter for `dir` (usually [`CRON_D`]); its lines start `wrapper`, its markers name
    /// `installation`.
    pub fn new(
        dir: impl Into<PathBuf>,
        wrapper: impl Into<PathBuf>,
        installation: impl Into<String>,
    ) -> Self {
        Self {
            dir: dir.into(),
            wrapper: wrapper.into(),
            installation: installation.into(),
            user_exists: crate::detect::user_exists,
            points: FailPoints::default(),
        }
    }

    /// Calls `points` between the system calls that write.
    #[must_use]
    pub fn with_fail_points(self, points: FailPoints) -> Self {
        Self { points, ..self }
    }

    /// Asks `user_exists` instead of the system's user database.
    #[must_use]
    pub fn with_users(self, user_exists: fn(&str) -> bool) -> Self {
        Self { user_exists, ..self }
    }

    fn read(&self, path: &Path) -> Result<Option<ObservedEntry>, ObserveError> {
        let failed = |source| ObserveError::Read { path: path.to_owned(), source };
        let text = path.to_string_lossy();
        let found = match fs::symlink_metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        // A link, a directory or something huge stands there, and is nothing we wrote.
        if !found.is_file() || found.len() > LARGEST {
            return Ok(Some(ObservedEntry::read(text, b"")));
        }
        match fs::read(path) {
            Ok(bytes) => Ok(Some(ObservedEntry::read(text, &bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn temporary(&self, path: &Path) -> PathBuf {
        // Every cron skips names that begin with a dot; cronie would run `x.tmp`.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.dir.join(format!(".{name}.{}.tmp", self.installation))
    }

    /// Removes what a crash left; only our own temporaries have such names.
    fn sweep(&self) -> io::Result<()> {
        let suffix = format!(".{}.tmp", self.installation);
        for file in fs::read_dir(&self.dir)? {
            let file = file?;
            let name = file.file_name();
            let ours = name.to_str().is_some_and(|name| {
                name.strip_prefix('.').is_some_and(|name| name.starts_with(PREFIX)) && name.ends_with(&suffix)
            });
            if ours {
                remove_if_there(&file.path())?;
            }
        }
        Ok(())
    }

    /// Carries out one step; true when the directory changed.
    fn carry_out(&self, step: &Step) -> Result<bool, ApplyError> {
        let path = Path::new(&step.path);
        if path.parent() != Some(self.dir.as_path()) {
            return Err(ApplyError::NotOurs { path: step.path.clone() });
        }
        let found = self.read(path)?;
        let ours = found.as_ref().is_none_or(|found| found.is_marked_for(&self.installation, &step.job));
        let failed = |source| ApplyError::Write { path: path.to_owned(), source };
        match &step.after {
            _ if step.action == Action::Leave => Ok(false),
            Some(_) if !step.writes_entry() => Ok(false),
            Some(_) if !ours => Err(ApplyError::NotOurs { path: step.path.clone() }),
            None if !ours || found.is_none() => Ok(false),
            _ if found.as_ref().map(|found| &found.text) != step.before.as_ref() => {
                Err(ApplyError::Changed { path: step.path.clone() })
            }
            Some(entry) => {
                replace_file(path, &self.temporary(path), entry.text.as_bytes(), 0o644, &self.points)
                    .map_err(failed)?;
                Ok(true)
            }
            None => {
                remove_if_there(path).map_err(failed)?;
                self.points.reach("removed");
                Ok(true)
            }
        }
    }
}

impl Scheduler for CronD {
    fn name(&self) -> &'static str {
        "cron.d"
    }

    fn entry(&self, request: &EntryRequest<'_>) -> Result<Entry, Refused> {
        if !is_user_name(request.user) || !(self.user_exists)(request.user) {
            return Err(Refused::UnknownUser(request.user.to_owned()));
        }
        let lines = cron_lines(request, &self.wrapper, true)?;
        let job = request.job;
        let path = self.dir.join(format!("{PREFIX}{}", job.as_str().replace('/', "_")));
        let path = path.to_string_lossy().into_owned();
        let above = format!("# Managed by Crontopus: change the manifest of {job}, not this file.\n");
        let text = Marker::seal(&self.installation, job, &path, &above, &lines);
        Ok(Entry { path, text, enabled: request.enabled })
    }

    fn observe(&mut self) -> Result<Vec<ObservedEntry>, ObserveError> {
        let failed = |source| ObserveError::Read { path: self.dir.clone(), source };
        let mut entries = Vec::new();
        for file in fs::read_dir(&self.dir).map_err(failed)? {
            let file = file.map_err(failed)?;
            if file.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
                entries.extend(self.read(&file.path())?);
            }
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    fn apply(&mut self, steps: &[Step]) -> Applied {
        let failed = |source| ApplyError::Write { path: self.dir.clone(), source };
        if let Err(error) = self.sweep().map_err(failed) {
            return Applied { results: steps.iter().map(|_| Err(error.again())).collect(), settle: false };
        }
        let done: Vec<_> = steps.iter().map(|step| self.carry_out(step)).collect();
        let settle = done.iter().any(|done| matches!(done, Ok(true)));
        let mut results: Vec<_> = done.into_iter().map(|done| done.map(|_| ())).collect();
        if settle {
            if let Err(error) = sync_directory(&self.dir).map_err(failed) {
                results.iter_mut().filter(|result| result.is_ok()).for_each(|ok| *ok = Err(error.again()));
            }
            self.points.reach("synced the directory");
        }
        Applied { results, settle }
    }

    /// Touches the directory.
    fn settle(&mut self) -> Result<(), ApplyError> {
        let time = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let times = Timestamps { last_access: time, last_modification: time };
        let touch = rustix::fs::utimensat(rustix::fs::CWD, &self.dir, &times, rustix::fs::AtFlags::empty());
        touch.map_err(|errno| ApplyError::Write { path: self.dir.clone(), source: errno.into() })
    }
}

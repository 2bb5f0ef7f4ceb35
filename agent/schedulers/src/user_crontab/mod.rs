//! One marked block in a user's crontab: for agents without root, and for crons without `/etc/cron.d`.

mod backup;
mod program;
mod tab;

use std::path::PathBuf;

use crontopus_plan::{Action, Entry, Marker, ObservedEntry, Step};
use jiff::Timestamp;

use self::program::Program;
use self::tab::{Section, Signs, Tab};
use crate::cron_d::settle_time;
use crate::line::{cron_lines, shell_word};
use crate::replace_file::write_new;
use crate::{Applied, ApplyError, EntryRequest, FailPoints, ObserveError, Refused, Scheduler};

/// How often a write is tried anew when somebody else changes the tab at the same time.
const ATTEMPTS: usize = 4;

/// What [`UserCrontab`] needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The `crontab` program.
    pub program: PathBuf,
    /// Whose tab it is: jobs of other users are refused.
    pub user: String,
    /// Whether to say `-u <user>`, which takes root.
    pub pass_user: bool,
    /// The wrapper every line starts.
    pub wrapper: PathBuf,
    /// The agent's installation, named by the block and every marker.
    pub installation: String,
    /// A directory of the agent's own for backups and the tab being installed; it exists.
    pub state_dir: PathBuf,
}

/// The block `# BEGIN crontopus …` of one user's crontab.
#[derive(Debug)]
pub struct UserCrontab {
    settings: Settings,
    program: Program,
    signs: Signs,
    points: FailPoints,
    settle: Option<Settle>,
}

/// A tab that has to be installed a second time, and when.
#[derive(Debug)]
struct Settle {
    due: Timestamp,
    tab: Vec<u8>,
}

impl UserCrontab {
    /// The adapter with these settings.
    pub fn new(settings: Settings) -> Self {
        let user = settings.pass_user.then(|| settings.user.clone());
        let program = Program::new(settings.program.clone(), user);
        // A path that cannot be written into a line is refused by `entry`; then no line is ours anyhow.
        let wrapper =
            shell_word(&settings.wrapper).unwrap_or_else(|_| settings.wrapper.to_string_lossy().into());
        let signs = Signs::new(&settings.installation, &wrapper);
        Self { settings, program, signs, points: FailPoints::default(), settle: None }
    }

    /// Calls `points` between the system calls that write.
    #[must_use]
    pub fn with_fail_points(self, points: FailPoints) -> Self {
        Self { points, ..self }
    }

    fn read(&self) -> Result<Option<Vec<u8>>, ObserveError> {
        self.program.list()
    }

    /// One step on a tab in memory; whether the tab changed.
    fn change(&self, tab: &mut Tab, step: &Step) -> Result<(), ApplyError> {
        let path = step.path.clone();
        let found = tab.find(&path);
        if step.action == Action::Leave || (step.after.is_some() && !step.writes_entry()) {
            return Ok(());
        }
        if step.after.is_none() && found.is_none() {
            return Ok(());
        }
        if found.map(|found| found.text) != step.before {
            return Err(ApplyError::Changed { path });
        }
        match &step.after {
            Some(entry) => {
                let text = entry.text.clone().into_bytes();
                tab.put(Section { path: entry.path.clone(), job: step.job.clone(), text });
            }
            None => tab.remove(&path),
        }
        Ok(())
    }

    /// Reads, changes, and installs if nobody else has changed the tab since.
    fn write(&mut self, now: Timestamp, steps: &[Step]) -> Result<Vec<Result<(), ApplyError>>, ApplyError> {
        for _ in 0..ATTEMPTS {
            let old = self.read()?;
            let old_bytes = old.as_deref().unwrap_or_default();
            if old_bytes.contains(&0) {
                return Err(ApplyError::Nul);
            }
            let mut tab = Tab::parse(old_bytes, &self.signs);
            let results = steps.iter().map(|step| self.change(&mut tab, step)).collect();
            let new = tab.compose(&self.signs);
            if new == old_bytes {
                return Ok(results);
            }
            if self.install(old.as_deref(), &new)? {
                self.remember_to_settle(now, new);
                return Ok(results);
            }
        }
        Err(ApplyError::Changed { path: format!("the crontab of {}", self.settings.user) })
    }

    /// Compare and swap; false when the tab is no longer `old`.
    fn install(&mut self, old: Option<&[u8]>, new: &[u8]) -> Result<bool, ApplyError> {
        let dir = &self.settings.state_dir;
        let failed = |source| ApplyError::Write { path: dir.clone(), source };
        if let Some(old) = old {
            backup::keep(dir, &self.settings.user, old, &self.points).map_err(failed)?;
        }
        let file = dir.join(format!("crontab-{}.new", self.settings.user));
        write_new(&file, new, 0o600, &self.points).map_err(failed)?;
        self.program.check(&file)?;
        self.points.reach("checked the new tab");
        if self.read()?.as_deref() != old {
            return Ok(false);
        }
        self.points.reach("compared");
        if new.is_empty() {
            self.program.remove()?;
        } else {
            self.program.install(&file)?;
        }
        self.points.reach("installed");
        if self.read()?.unwrap_or_default() != new {
            return Err(ApplyError::ReadBack);
        }
        crate::replace_file::remove_if_there(&file).map_err(failed)?;
        self.points.reach("cleaned up");
        Ok(true)
    }

    /// Debian cron does not see a second change within the second in which it loads, at the beginning of
    /// a minute. Written then, the tab is installed once more a little later.
    fn remember_to_settle(&mut self, now: Timestamp, tab: Vec<u8>) {
        let second = now.as_second().rem_euclid(60);
        let risky = second == 59 || second <= 2;
        self.settle = (risky && !tab.is_empty()).then(|| Settle { due: settle_time(now), tab });
    }
}

impl Scheduler for UserCrontab {
    fn name(&self) -> &'static str {
        "crontab"
    }

    fn entry(&self, request: &EntryRequest<'_>) -> Result<Entry, Refused> {
        if request.user != self.settings.user {
            let (tab, wanted) = (self.settings.user.clone(), request.user.to_owned());
            return Err(Refused::OtherUser { tab, wanted });
        }
        let lines = cron_lines(request, &self.settings.wrapper, false)?;
        let path = format!("crontab:{}#{}", self.settings.user, request.job);
        let text = Marker::seal(&self.settings.installation, request.job, &path, "", &lines);
        Ok(Entry { path, text, enabled: request.enabled })
    }

    fn observe(&mut self) -> Result<Vec<ObservedEntry>, ObserveError> {
        let bytes = self.read()?.unwrap_or_default();
        let mut entries = Tab::parse(&bytes, &self.signs).entries();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    fn apply(&mut self, now: Timestamp, steps: &[Step]) -> Applied {
        let together = self.write(now, steps);
        let refused = matches!(together, Err(ApplyError::Program { .. })) && steps.len() > 1;
        let results = match together {
            Ok(results) => results,
            // The program refuses the whole tab for one line of it: find out which.
            Err(_) if refused => steps
                .iter()
                .map(|step| self.write(now, std::slice::from_ref(step))?.pop().unwrap_or(Ok(())))
                .collect(),
            Err(error) => steps.iter().map(|_| Err(error.again())).collect(),
        };
        Applied { results, settle: self.settle.as_ref().map(|settle| settle.due) }
    }

    fn settle(&mut self, now: Timestamp) -> Result<Option<Timestamp>, ApplyError> {
        match self.settle.take() {
            None => Ok(None),
            Some(settle) if settle.due > now => {
                let due = settle.due;
                self.settle = Some(settle);
                Ok(Some(due))
            }
            Some(settle) => {
                // Somebody else's change in between has made cron look, too.
                if self.read()?.as_deref() == Some(&settle.tab) {
                    self.install(Some(&settle.tab), &settle.tab)?;
                }
                Ok(None)
            }
        }
    }
}

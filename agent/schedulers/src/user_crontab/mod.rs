//! One marked block in a user's crontab: for agents without root, and for crons without `/etc/cron.d`.

mod backup;
mod program;
mod tab;

use std::path::PathBuf;

use crontopus_plan::{Action, Entry, Marker, ObservedEntry, Step};

use self::program::Program;
use self::tab::{Section, Signs, Tab};
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

/// What one write came to: a result per step, and whether the tab was installed.
struct Written {
    results: Vec<Result<(), ApplyError>>,
    installed: bool,
}

/// The block `# BEGIN crontopus …` of one user's crontab.
#[derive(Debug)]
pub struct UserCrontab {
    settings: Settings,
    program: Program,
    signs: Signs,
    points: FailPoints,
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
        Self { settings, program, signs, points: FailPoints::default() }
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
    fn write(&mut self, steps: &[Step]) -> Result<Written, ApplyError> {
        for _ in 0..ATTEMPTS {
            let old = self.read()?;
            let old_bytes = old.as_deref().unwrap_or_default();
            if old_bytes.contains(&0) {
                return Err(ApplyError::Nul);
            }
            let mut tab = Tab::parse(old_bytes, &self.signs);
            let results = steps.iter().map(|step| self.change(&mut tab, step)).collect();
            let new = tab.compose(&self.signs);
            let installed = new != old_bytes;
            if !installed || self.install(old.as_deref(), &new)? {
                return Ok(Written { results, installed });
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

    fn apply(&mut self, steps: &[Step]) -> Applied {
        let together = self.write(steps);
        let refused = matches!(together, Err(ApplyError::Program { .. })) && steps.len() > 1;
        match together {
            Ok(Written { results, installed }) => Applied { results, settle: installed },
            // The program refuses the whole tab for one line of it: find out which.
            Err(_) if refused => {
                let mut applied = Applied::default();
                for step in steps {
                    let done = self.write(std::slice::from_ref(step));
                    applied.settle |= done.as_ref().is_ok_and(|written| written.installed);
                    applied.results.push(done.and_then(|mut w| w.results.pop().unwrap_or(Ok(()))));
                }
                applied
            }
            Err(error) => {
                Applied { results: steps.iter().map(|_| Err(error.again())).collect(), settle: false }
            }
        }
    }

    /// Installs the tab as it stands once more: nobody but the program may touch the spool. A tab that
    /// somebody changes at that moment has made cron look anyhow.
    fn settle(&mut self) -> Result<(), ApplyError> {
        let Some(tab) = self.read()? else { return Ok(()) };
        if !tab.contains(&0) {
            self.install(Some(&tab), &tab)?;
        }
        Ok(())
    }
}

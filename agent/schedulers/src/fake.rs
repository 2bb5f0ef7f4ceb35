//! A scheduler in memory, for the tests of what stands above.

use std::collections::BTreeMap;

use crontopus_plan::{Action, Entry, Marker, ObservedEntry, Step};

use crate::line::cron_lines;
use crate::{Applied, ApplyError, EntryRequest, ObserveError, Refused, Scheduler};

/// Entries by path; a test may change them as somebody else on the host would.
#[derive(Debug, Default)]
pub struct Fake {
    /// The marker's installation.
    pub installation: String,
    /// Every entry, foreign ones too.
    pub entries: BTreeMap<String, String>,
    /// With a text, nothing can be read.
    pub unreadable: Option<String>,
    /// Paths at which nothing can be written.
    pub read_only: Vec<String>,
    /// How often something was written.
    pub writes: usize,
}

impl Fake {
    /// An empty scheduler of `installation`.
    pub fn new(installation: impl Into<String>) -> Self {
        Self { installation: installation.into(), ..Self::default() }
    }
}

impl Scheduler for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn entry(&self, request: &EntryRequest<'_>) -> Result<Entry, Refused> {
        let lines = cron_lines(request, "/opt/crontopus-run".as_ref(), true)?;
        let path = format!("fake:{}", request.job);
        let text = Marker::seal(&self.installation, request.job, &path, "", &lines);
        Ok(Entry { path, text, enabled: request.enabled })
    }

    fn observe(&mut self) -> Result<Vec<ObservedEntry>, ObserveError> {
        if let Some(said) = &self.unreadable {
            return Err(ObserveError::Program { program: "fake".into(), said: said.clone() });
        }
        Ok(self.entries.iter().map(|(path, text)| ObservedEntry::read(path, text.as_bytes())).collect())
    }

    fn apply(&mut self, steps: &[Step]) -> Applied {
        let mut applied = Applied::default();
        for step in steps {
            let path = step.path.clone();
            let result = if self.read_only.contains(&path) {
                let source = std::io::ErrorKind::PermissionDenied.into();
                Err(ApplyError::Write { path: path.into(), source })
            } else if step.action == Action::Leave {
                Ok(())
            } else if self.entries.get(&path) != step.before.as_ref() && step.before.is_some() {
                Err(ApplyError::Changed { path })
            } else {
                self.writes += 1;
                match &step.after {
                    Some(entry) => drop(self.entries.insert(path, entry.text.clone())),
                    None if step.before.is_some() => drop(self.entries.remove(&path)),
                    None => {}
                }
                Ok(())
            };
            applied.results.push(result);
        }
        applied
    }

    fn settle(&mut self) -> Result<(), ApplyError> {
        Ok(())
    }
}

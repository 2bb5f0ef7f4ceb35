use crontopus_ids::RunId;

use crate::incident::IncidentChange;
use crate::run::Run;

/// What is to be done about a signal, apart from the new state.
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "effects are only described; somebody must carry them out"]
pub struct Effects {
    /// The run the signal belongs to.
    pub run: Option<RunId>,
    /// Rows to write, whole; each run at most once.
    pub runs: Vec<Run>,
    /// Rows that give way to another run.
    pub replaced: Vec<Replaced>,
    /// Changes of the incident.
    pub incidents: Vec<IncidentChange>,
    /// The monitor's status, or what it expects, is not what it was.
    pub status_changed: bool,
}

/// A row for a start nobody had seen, which a late report fills with a run of its own id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// The row that goes.
    pub old: RunId,
    /// Its place.
    pub old_at: i64,
    /// The run that takes its place, also in incidents.
    pub new: RunId,
}

impl Effects {
    pub(crate) fn write(&mut self, run: Run) {
        match self.runs.iter_mut().find(|r| r.id == run.id) {
            Some(known) => *known = run,
            None => self.runs.push(run),
        }
    }
}

//! What is counted of a monitor's runs, for whoever draws curves.

use std::collections::BTreeMap;

use crontopus_ids::RunId;
use serde::{Deserialize, Serialize};

use crate::monitor::effects::Effects;
use crate::monitor::state::{MonitorState, Past};
use crate::run::{Run, RunStatus};

/// How many runs came to which end. It only grows: a run that was decided twice (missed, and then reported
/// late) counts under both, so that it is a counter in the sense of every monitoring system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<RunStatus, u64>);

impl Tally {
    /// Whether nothing was counted yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many runs came to this end.
    pub fn of(&self, status: RunStatus) -> u64 {
        self.0.get(&status).copied().unwrap_or(0)
    }

    /// Each end that was seen, and how often.
    pub fn iter(&self) -> impl Iterator<Item = (RunStatus, u64)> {
        self.0.iter().map(|(status, count)| (*status, *count))
    }

    fn count(&mut self, status: RunStatus) {
        let count = self.0.entry(status).or_default();
        *count = count.saturating_add(1);
    }
}

/// How the open runs stood before a signal.
pub(crate) struct Before(Vec<(RunId, RunStatus)>);

impl Before {
    pub(crate) fn of(state: &MonitorState) -> Self {
        Self(state.open.iter().map(|run| (run.id, run.status)).collect())
    }

    fn status(&self, id: RunId, past: &Past) -> Option<RunStatus> {
        let open = self.0.iter().find(|(known, _)| *known == id).map(|(_, status)| *status);
        open.or_else(|| past.find(id).map(|run| run.status))
    }
}

impl MonitorState {
    /// Counts the runs that came to an end they did not have before, and notes how long the last one took.
    pub(crate) fn count(&mut self, before: &Before, past: &Past, effects: &Effects) {
        for run in effects.runs.iter().filter(|run| !run.is_running()) {
            if before.status(run.id, past) != Some(run.status) {
                self.tally.count(run.status);
            }
            self.note_duration(run);
        }
    }

    fn note_duration(&mut self, run: &Run) {
        if run.finished_at.is_some() && run.duration_ms.is_some() && run.finished_at >= self.last_ended_at {
            (self.last_ended_at, self.last_duration_ms) = (run.finished_at, run.duration_ms);
        }
    }
}

//! Signals that came in and could not be taken: their senders were told to come again, and may not have done so.

use crate::monitor::effects::Effects;
use crate::monitor::state::{MonitorState, Subject};

/// So many of one monitor are remembered.
const MOST: usize = 64;

/// A signal that came in at `at` was put off. What would be called missing for want of it is unknown.
pub fn put_off(state: &mut MonitorState, subject: Subject<'_>, at: i64) -> Effects {
    let mut effects = Effects::default();
    if let Err(place) = state.put_off.binary_search(&at) {
        state.put_off.insert(place, at);
        let first = state.put_off.len().saturating_sub(MOST);
        state.put_off.drain(..first);
    }
    state.settle(subject, &mut effects);
    effects
}

impl MonitorState {
    /// Whether a signal was put off between two moments, both included.
    pub(crate) fn was_put_off(&self, from: i64, to: i64) -> bool {
        self.put_off.iter().any(|at| (from..=to).contains(at))
    }
}

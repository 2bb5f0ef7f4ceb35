use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is remembered of a run's signals beside what the run shows, so that their order does not matter. Times are
/// UTC milliseconds; of most runs there is nothing to remember.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traces {
    /// First and last sign of life beside the start: heartbeats, and starts that were said once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs: Option<(i64, i64)>,
    /// The duration was said by the end, and not concluded from start and end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duration_said: bool,
    /// Why, as the end said, or the skip where nothing else was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Something else had been decided of it before the signal came that tells.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_late: bool,
    /// How much the words count that the metrics come from. Those that are not here come from the end that holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, Weight>,
    /// Its host came back then: as long as no end is known, its time limit counts from there at the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excused_to: Option<i64>,
    /// When its last sign of life came in by the service's clock, where its sender's says another time: as long as no
    /// end is known, its time limit counts from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<i64>,
}

/// How much a signal's word counts where signals of one run contradict each other, ascending: a bad end most, then a
/// good one, then everything else; among equals the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Weight {
    /// 2 for a bad end, 1 for a good one, 0 for everything else.
    pub rank: u8,
    /// When it happened, UTC milliseconds.
    pub at: i64,
}

impl Traces {
    /// Whether there is nothing to remember.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// It was alive at `moment`.
    pub(super) fn note_sign(&mut self, moment: i64) {
        let (first, last) = self.signs.unwrap_or((moment, moment));
        self.signs = Some((first.min(moment), last.max(moment)));
    }
}

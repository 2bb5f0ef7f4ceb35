//! What follows from readings.

use serde::{Deserialize, Serialize};

use super::{DAY_MINUTES, MINUTE_MS, Reading, WIDEST};
use crate::outage::{Cause, Outage};

/// One fall explains silence for so long at most: two hours.
pub const LONGEST_MS: i64 = 2 * 60 * MINUTE_MS;

/// All falls that began within a day explain it for so long at most: three hours.
pub const BUDGET_MS: i64 = 3 * 60 * MINUTE_MS;

/// A fall is sharp when it was as usual so many minutes ago.
const SHARP: i64 = 10;

/// Or so many, when no minute since then said anything: where check-ins come by the hour.
const SHARP_AT_THE_HOUR: i64 = 75;

/// It is over when most is back for so many minutes that say something.
const STEADY: u32 = 2;

/// What is decided within so many milliseconds after a minute that fell is explained too: the next one is read by then.
const AHEAD_MS: i64 = 2 * MINUTE_MS;

/// After the end reporters have so long to deliver what they kept.
const SETTLING_MS: i64 = MINUTE_MS;

const DAY_MS: i64 = DAY_MINUTES * MINUTE_MS;

/// Everything that is remembered from minute to minute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeGuard {
    /// The last minute, if it said anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
    /// The last minute in which all was as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub well_at: Option<i64>,
    /// The last minute that said anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear_at: Option<i64>,
    /// The fall that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fall: Option<Fall>,
    /// What falls of the last day explained, UTC milliseconds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spent: Vec<(i64, i64)>,
}

/// A fall of the volume that is not over. UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fall {
    /// Since when.
    pub from: i64,
    /// It explains silence until then at most.
    pub until: i64,
    /// Minutes in a row in which most was back.
    #[serde(default)]
    pub steady: u32,
}

/// What a minute changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Hardly anything is heard any more.
    Fell,
    /// It has been so for so long that it explains nothing any more.
    Spent,
    /// Most is heard again.
    Recovered,
    /// It has been so for a day: that is how it is now.
    Settled,
}

impl VolumeGuard {
    /// Takes in what was read of `minute` (minutes since 1970), a later one than before. What comes back first is
    /// what changed, then the time that is explained, to be stored under its beginning.
    pub fn step(&mut self, minute: i64, reading: Option<Reading>) -> (Option<Turn>, Option<Outage>) {
        self.reading = reading;
        let end = (minute + 1) * MINUTE_MS;
        self.spent.retain(|(from, _)| end - WIDEST * MINUTE_MS - from < DAY_MS);
        let decided = match self.fall.take() {
            None => self.begin(minute, reading),
            Some(fall) => self.go_on(fall, end, reading),
        };
        if let Some(reading) = reading {
            self.clear_at = Some(minute);
            self.well_at = if reading.is_well() { Some(minute) } else { self.well_at };
        }
        decided
    }

    fn begin(&mut self, minute: i64, reading: Option<Reading>) -> (Option<Turn>, Option<Outage>) {
        let sharp = if self.well_at == self.clear_at { SHARP_AT_THE_HOUR } else { SHARP };
        let was_well = self.well_at.is_some_and(|at| minute - at <= sharp);
        let Some(reading) = reading.filter(|reading| was_well && reading.is_fallen()) else {
            return (None, None);
        };
        let from = (minute - reading.width + 1) * MINUTE_MS;
        let spent: i64 = self.spent.iter().map(|(from, to)| to - from).sum();
        let left = (BUDGET_MS - spent).clamp(0, LONGEST_MS);
        let fall = Fall { from, until: from + left, steady: 0 };
        let outage = fall.outage((minute + 1) * MINUTE_MS + AHEAD_MS);
        self.fall = Some(fall);
        (Some(Turn::Fell), outage)
    }

    fn go_on(
        &mut self,
        mut fall: Fall,
        end: i64,
        reading: Option<Reading>,
    ) -> (Option<Turn>, Option<Outage>) {
        fall.steady = match reading {
            Some(reading) if reading.is_back() => fall.steady + 1,
            Some(_) => 0,
            None => fall.steady,
        };
        let recovered = fall.steady >= STEADY;
        if recovered || end - fall.from >= DAY_MS {
            let outage = fall.outage(end + SETTLING_MS);
            self.spent.extend(outage.map(|outage| (outage.from, outage.to)));
            let turn = if recovered { Turn::Recovered } else { Turn::Settled };
            return (Some(turn), outage);
        }
        // Of a fall that explains nothing any more, the turn is told once: in the minute in which its time ends.
        let is_last = (end - MINUTE_MS..end).contains(&fall.until);
        let outage = fall.outage(end + AHEAD_MS).filter(|_| end - MINUTE_MS <= fall.until);
        self.fall = Some(fall);
        (is_last.then_some(Turn::Spent), outage)
    }
}

impl Fall {
    /// What it explains, up to `to` at most.
    fn outage(&self, to: i64) -> Option<Outage> {
        let to = to.min(self.until);
        (to > self.from).then_some(Outage { from: self.from, to, cause: Cause::Volume })
    }
}

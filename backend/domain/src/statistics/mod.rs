//! What is counted of runs: how many ended how, and how long the good ones took. Everything here can be merged and
//! taken apart again, so that sums over hours and days stay right when one hour is counted anew.

mod change;
mod counts;
mod durations;
mod tally;

pub use change::{DurationChange, MOST_RUNS, Side};
pub use counts::Counts;
pub use durations::{Durations, RELATIVE_ERROR};
pub use tally::{HourTally, Tally};

/// One hour, milliseconds.
pub const HOUR_MS: i64 = 3_600_000;

/// One day, milliseconds.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// Half an hour, milliseconds.
pub const SLOT_MS: i64 = HOUR_MS / 2;

/// The beginning of the span of `length` that holds `at` (both milliseconds), counted from the epoch: hours and days
/// are those of UTC.
pub fn start_of(at: i64, length: i64) -> i64 {
    at.div_euclid(length) * length
}

//! The rules for one monitor, as tables and as properties.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod clock_changes;
mod every;
mod expectations;
mod incidents;
mod order;
mod properties;
mod runs;
mod signals;
mod tally;
mod verdicts;
mod world;

//! Check-ins by the thousand: whatever waits is committed together, and answered only then.

mod expectations;
mod queue;
mod signal;
mod target;
mod writer;

pub use expectations::Expectations;
pub use queue::{Ingest, IngestError};
pub use signal::{Door, Outcome, Rejection, Signal, Target};

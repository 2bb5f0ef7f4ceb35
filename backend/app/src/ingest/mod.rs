//! Check-ins by the thousand: whatever waits is committed together, and answered only then.

mod expectations;
mod metrics;
mod output;
mod queue;
mod signal;
mod submit;
mod target;
mod writer;

pub use expectations::Expectations;
pub use output::{OutputKeeper, whole_output};
pub use queue::{Ingest, IngestError};
pub use signal::{Door, Outcome, Rejection, Signal, Target};

pub use crontopus_domain::{Attempt, CheckIn, CheckInKind, OutputRule, RunKey, Usage};
pub use crontopus_store::RunOutput;
pub use submit::BATCH_LIMIT;

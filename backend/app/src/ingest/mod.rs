//! Check-ins by the thousand: whatever waits is committed together, and answered only then.

mod discover;
mod expectations;
mod limits;
mod metrics;
mod output;
mod put_off;
mod queue;
mod signal;
mod slug;
mod submit;
mod target;
mod volume;
mod writer;

pub(crate) use discover::MOST_DISCOVERED;
pub use expectations::Expectations;
pub use limits::CheckInLimits;
pub use output::{OutputKeeper, kept_output};
pub use queue::{Ingest, IngestError};
pub use signal::{Door, Outcome, Rejection, Signal, Target, Terms};
pub use slug::LONGEST_SLUG;

pub use crontopus_domain::{Attempt, CheckIn, CheckInKind, Integration, OutputRule, Proposal, RunKey, Usage};
pub use crontopus_store::RunOutput;
pub use submit::BATCH_LIMIT;

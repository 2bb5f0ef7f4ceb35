//! What agent and wrapper agree on: the spec file the agent writes for each job, the records the
//! wrapper leaves in the spool, and where both lie on the host.
//!
//! Nothing here knows YAML, Git or the server, so that the wrapper stays small.

mod file;
mod layout;
mod record;

pub use file::{
    Backoff, Capture, Concurrency, Kill, OutputRules, Retry, Shell, SpecFile, SPEC_FORMAT,
};
pub use layout::{job_of_slug, slug_of_job, Layout, DEFAULT_STATE_DIR};
pub use record::{Attempt, OutputRecord, RecordKind, Resources, SpoolRecord, RECORD_FORMAT};

//! What agent and wrapper agree on: the spec file the agent writes for each job, the records the
//! wrapper leaves in the spool, and where both lie on the host.
//!
//! Nothing here knows YAML, Git or the server, so that the wrapper stays small.

mod file;
mod layout;
mod record;

pub use file::{Backoff, Capture, Concurrency, Kill, OutputRules, Retry, SPEC_FORMAT, Shell, SpecFile};
pub use layout::{DEFAULT_STATE_DIR, Layout, job_of_slug, slug_of_job};
pub use record::{Attempt, OutputRecord, RECORD_FORMAT, RecordKind, Resources, SpoolRecord};

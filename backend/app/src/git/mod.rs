//! Repositories: connecting them, judging pushes, and keeping the projection (jobs, documents, diagnostics)
//! equal to what Git says.

pub(crate) mod agent;
mod births;
mod blame;
mod connect;
mod crontab;
mod fetch;
pub(crate) mod hooks;
mod jobs;
mod load;
mod metrics;
mod paths;
mod placement;
mod plan;
mod projection;
mod push;
mod resync;
mod sealed;
mod settings;
mod status;
mod steps;
mod sync;
mod validate;
mod views;

pub(crate) use metrics::SyncMetrics;
pub(crate) use paths::blocking;
pub(crate) use projection::job_of;

pub use agent::Followed;
pub use blame::{Blame, BlameCommit};
pub(crate) use connect::MOST_REPOSITORIES;
pub use connect::{NewRemote, NewRepository, RepositoryChange};
pub use crontab::{Crontab, Made, Skipped};
pub use hooks::{Hook, HookCall, HookProof};
pub use jobs::{JobChange, JobDetail};
pub use push::{Hosted, Push, PushVerdict, PushedBranch};
pub use resync::Resynced;
pub use settings::GitSettings;
pub use status::RepositoryCommit;
pub use sync::SyncOutcome;
pub use validate::{ManifestFiles, ValidatedFiles};
pub use views::{JobStatus, JobView, NextStart, job_status};

//! Repositories: connecting them, judging pushes, and keeping the projection (jobs, documents, diagnostics)
//! equal to what Git says.

mod load;
mod paths;
mod projection;
mod settings;
mod steps;
mod sync;

pub use settings::GitSettings;
pub use sync::SyncOutcome;

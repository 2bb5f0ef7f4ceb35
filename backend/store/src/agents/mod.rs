//! Enrolled hosts and their keys.

pub(crate) mod keys;
pub(crate) mod rows;
pub(crate) mod state;
pub(crate) mod told;

pub use keys::{AgentKey, KnownKey};
pub use rows::{Agent, AgentFilter};
pub use state::AgentSignal;
pub use told::AgentReport;

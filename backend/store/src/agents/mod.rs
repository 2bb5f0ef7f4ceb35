//! Enrolled hosts and their keys.

pub(crate) mod keys;
pub(crate) mod rows;
pub(crate) mod state;

pub use keys::{AgentKey, KnownKey};
pub use rows::{Agent, AgentFilter};
pub use state::AgentSignal;

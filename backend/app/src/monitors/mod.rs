//! What makes, changes and ends monitors.

mod declare;
mod operate;

pub use declare::{Declaration, declare, withdraw};
pub use operate::{close_incident, pause, resume};

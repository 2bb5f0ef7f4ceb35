//! What makes, changes and ends monitors.

mod declare;
mod follow;
mod notes;
mod operate;
mod read;

pub use declare::{Declaration, declare, withdraw};
pub use read::{MonitorState, RunState};

pub use crontopus_domain::Place;

pub use operate::{close_incident, pause, resume};

//! The agent API, version 1.

pub(super) mod check_ins;
pub(super) mod config;
pub(super) mod enroll;
pub(super) mod events;
pub(super) mod heartbeat;
pub(super) mod leave;
pub(super) mod report;
pub(super) mod rotate_key;

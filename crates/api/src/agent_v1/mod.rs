//! The agent API, `/agent/v1`: versioned and additive; a published version never changes.
//!
//! Every request but the two of enrolment carries a message signature (see [`crate::signature`]). Every
//! answer carries `Crontopus-Server-Signature`, made with the key pinned at enrolment, over the answer's
//! body and the request's nonce (see [`crate::signature::answer`]). The server can say *refresh*,
//! *report* or *rotate*; there is no message that says *run this*.

mod check_in;
mod config;
mod enroll;
mod event;
mod heartbeat;
mod leave;
mod report;

pub use check_in::{AgentCheckIn, AgentCheckInKind, AgentCheckIns, AgentCheckInsAnswer, RecordedOutput};
pub use config::AgentConfig;
pub use enroll::{Challenge, ChallengeRequest, Enroll, EnrollSecret, Enrolled, HostFacts, enroll_proof};
pub use event::{AgentEvent, AgentEventKind};
pub use heartbeat::{Heartbeat, HeartbeatAnswer};
pub use leave::Leave;
pub use report::{JobReport, Report, ReportAnswer, RotateKey};

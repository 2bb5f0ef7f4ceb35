//! Hosts: how they join, how their requests are admitted, what they say and what they are told.

mod admit;
mod config;
mod enroll;
mod enroll_tokens;
mod heartbeat;
mod leave;
mod manage;
mod monitors;
mod report;
mod rotate;
mod stream;
mod window;

pub use admit::{AgentIdentity, CandidateKey, Seen};
pub use config::AgentConfig;
pub use enroll::{Enrolled, Enrolment, HostFacts};
pub use enroll_tokens::{CreatedEnrollToken, NewEnrollToken};
pub use heartbeat::{Heartbeat, HeartbeatAnswer};
pub use manage::{AgentChange, AgentDetails};
pub use report::{JobOnHost, Report};
pub use rotate::NewKey;
pub use stream::{AgentMessage, StreamState};
pub(crate) use window::Windows;

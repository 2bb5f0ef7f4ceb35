#![doc = include_str!("../README.md")]

#[macro_use]
mod word;

pub mod alerts;
mod check_in;
mod declared;
mod derive;
mod event;
mod incident;
mod integration;
mod job_status;
pub mod monitor;
mod outage;
mod proposal;
mod repository;
mod run;
mod spec;
pub mod statistics;
pub mod volume;

pub use check_in::{BELIEVED_AHEAD_MS, BELIEVED_BACK_MS, CheckIn, CheckInKind, RunKey};
pub use declared::Place;
pub use event::EventKind;
pub use incident::{IncidentChange, IncidentKind, IncidentState, OpenIncident, Resolution, Severity};
pub use integration::Integration;
pub use job_status::JobStatus;
pub use monitor::{MonitorState, MonitorStatus};
pub use outage::{Cause, Outage, listened};
pub use proposal::Proposal;
pub use repository::{GitProvider, RepositoryKind, SyncState};
pub use run::{Attempt, Run, RunStatus, Traces, Usage, Weight};
pub use spec::{Expectation, MonitorSpec, OutputRule, Starter, UnknownZone};
pub use word::UnknownWord;

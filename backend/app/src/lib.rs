#![doc = include_str!("../README.md")]

pub mod access;
mod accounts;
pub mod agents;
mod app;
mod audit;
mod credentials;
mod error;
mod events;
pub mod git;
mod health;
mod idempotency;
pub mod ingest;
pub mod monitors;
mod names;
mod password;
pub mod schedules;
pub mod secret;
mod secrets;
mod server_key;
mod settings;
pub mod tasks;

pub use accounts::{
    Accept, CreatedInvitation, CreatedToken, NewAccount, NewTenant, NewToken, SignedIn, TenantChange, WhoAmI,
};
pub use app::{App, Parts};
pub use audit::Deed;
pub use error::{Error, Field, Result};
pub use events::EventStream;
pub use health::Check;
pub use idempotency::{Claim, KeyUse};
pub use password::{HashCost, PasswordHasher};
pub use server_key::ServerKey;
pub use settings::Settings;

pub use crontopus_domain::EventKind;
pub use crontopus_store::{Cursor, Listed, Paging};

/// Rows as the store keeps them: what use cases answer.
pub mod rows {
    pub use crontopus_store::{
        Agent, AuditLine, DocumentForm, EnrollToken, FiledDiagnostic, Incident, IncidentEvent,
        IncidentFilter, Invitation, JobFilter, JobForm, JobRevision, Member, Membership, Monitor,
        MonitorFilter, NamespaceCount, RecordedEvent, RecordedRun, RejectedCheckIn, Repository, RunFilter,
        RunOutput, Tenant, Token, User,
    };
}

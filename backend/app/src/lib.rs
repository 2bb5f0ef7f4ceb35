#![doc = include_str!("../README.md")]

pub mod access;
mod accounts;
pub mod agents;
mod app;
mod audit;
pub mod checks;
mod credentials;
pub mod discovered;
mod error;
mod events;
pub mod git;
mod health;
mod idempotency;
pub mod ingest;
pub mod integrations;
pub mod monitors;
mod names;
mod password;
pub mod rate;
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
        Agent, AuditLine, Discovered, DocumentForm, EnrollToken, FiledDiagnostic, Incident, IncidentEvent,
        IncidentFilter, IntegrationKey, Invitation, JobFilter, JobForm, JobRevision, Member, Membership,
        Monitor, MonitorFilter, MonitorProposal, NamespaceCount, RecordedEvent, RecordedRun, RejectedCheckIn,
        Repository, RunFilter, RunOutput, Tenant, Token, User,
    };
}

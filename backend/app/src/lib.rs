#![doc = include_str!("../README.md")]

pub mod access;
mod accounts;
pub mod agents;
pub mod alerts;
mod app;
mod audit;
mod bearers;
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
mod measure;
pub mod monitors;
mod names;
mod password;
pub mod public_page;
pub mod rate;
pub mod schedules;
mod sealed;
pub mod secret;
mod secret_health;
mod secrets;
mod server_key;
mod settings;
pub mod statistics;
pub mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
mod usage;
mod webauthn;

pub use accounts::{
    Accept, BegunFactor, CreatedInvitation, CreatedToken, Credentials, NewAccount, NewTenant, NewToken,
    SecondFactorState, SignedIn, TenantChange, WhoAmI,
};
pub use app::{App, Parts};
pub use audit::Deed;
pub use error::{Error, Field, Result};
pub use events::EventStream;
pub use health::{Ailment, Check, Part, judge_sender, judge_sweep, judge_volume};
pub use idempotency::{Claim, KeyUse};
pub use measure::{DatabaseFigures, ServiceFigures, TenantFigures};
pub use password::{HashCost, PasswordHasher};
pub use secret_health::SecretHealth;
pub use server_key::ServerKey;
pub use settings::Settings;
pub use usage::{DayOfUsage, Usage};

pub use crontopus_domain::{EventKind, MonitorStatus, RunStatus, Severity, SyncState};
pub use crontopus_store::{Backlog, Cursor, Listed, Paging};

/// Rows as the store keeps them: what use cases answer.
pub mod rows {
    pub use crontopus_domain::GitProvider;
    pub use crontopus_store::{
        Agent, AgentReport, AuditLine, CommitChange, Discovered, DocumentForm, EnrollToken, FiledDiagnostic,
        Incident, IncidentEvent, IncidentFilter, IntegrationKey, Invitation, JobFilter, JobForm, JobOrder,
        JobRevision, JobStanding, Member, Membership, Monitor, MonitorFigures, MonitorFilter,
        MonitorProposal, NamespaceCount, Passkey, PoolState, PublicPage, RecentRun, RecordedEvent,
        RecordedRun, RejectedCheckIn, Repository, RunFilter, RunOutput, RunSpan, Tenant, Token, User,
    };
}

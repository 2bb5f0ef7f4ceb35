#![doc = include_str!("../README.md")]

#[macro_use]
mod statement;

mod agents;
mod agents_seen;
mod alerts;
mod audit;
mod backlog;
mod backup;
mod batch;
mod column;
mod diagnostics;
mod dialect;
mod discovered;
mod documents;
mod enroll_tokens;
mod error;
mod events;
mod idempotency;
mod integrations;
mod invitations;
mod job_revisions;
mod jobs;
mod members;
mod migrate;
mod monitoring;
mod passkeys;
mod password_resets;
mod plain;
mod postgres;
mod public_pages;
mod query;
#[cfg(test)]
mod registry;
mod repositories;
mod retention;
mod scope;
mod second_factors;
mod service;
mod sessions;
mod set_back;
mod sqlite;
mod statistics;
mod store;
mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
mod tokens;
mod tx;
mod usage;
mod users;
mod volume;
mod wake;

pub use agents::{Agent, AgentFilter, AgentKey, AgentReport, AgentSignal, KnownKey};
pub use agents_seen::{LostHost, SilentAgent};
pub use alerts::{
    Channel, ChannelAnswer, Delivery, DeliveryBacklog, DeliveryFilter, DeliveryState, LateStart, Leased,
    LeasedRow, MonitorPlace, NewChannel, Payload, Snooze, Thread, Told, Verdict,
};
pub use audit::AuditLine;
pub use backlog::{Backlog, PoolState};
pub use backup::Snapshot;
pub use diagnostics::FiledDiagnostic;
pub use discovered::{Discovered, Sighting};
pub use documents::DocumentForm;
pub use enroll_tokens::EnrollToken;
pub use error::StoreError;
pub use events::{EVENTS_PER_BATCH, RecordedEvent};
pub use idempotency::Remembered;
pub use integrations::IntegrationKey;
pub use invitations::Invitation;
pub use job_revisions::JobRevision;
pub use jobs::{JobFilter, JobForm, JobOrder, NamespaceCount};
pub use members::{Member, Membership};
pub use monitoring::{
    Figures, HeardSignal, Incident, IncidentEvent, IncidentFilter, JobName, Judged, KeyOwner, LooseCheckIn,
    Monitor, MonitorFigures, MonitorFilter, MonitorProposal, NewMonitor, NewProposal, ReceivedCheckIn,
    RecordedRun, RejectedCheckIn, RunFilter, RunOutput, Spot, UNWOKEN_MS,
};
pub use passkeys::{Passkey, PasskeyChallenge};
pub use password_resets::PasswordReset;
pub use public_pages::{PublicPage, StandingJob};
pub use query::{Cursor, Listed, Paging};
pub use repositories::{DueRepository, NewRepository, Repository, RepositoryHook, Synced};
pub use retention::CheckInWalk;
pub use scope::{Scope, SystemScope, TenantScope};
pub use second_factors::SecondFactor;
pub use sessions::Session;
pub use statistics::{
    CommitChange, DueHour, FreshHour, JobStanding, MetricPoint, MonitorHead, RecentRun, RunSpan,
};
pub use store::Store;
pub use tenants::Tenant;
pub use tokens::{Bearer, Token};
pub use tx::{Read, SystemTx, TenantTx, Tx};
pub use usage::{Holdings, UsageDay};
pub use users::User;
pub use wake::{Topic, Wake};

#![doc = include_str!("../README.md")]

mod access;
mod agent;
pub mod agent_v1;
mod audit;
mod auth;
mod check_in;
mod diagnostic;
mod enroll_token;
mod event;
mod health;
mod incident;
mod job;
mod member;
mod monitor;
mod page;
mod problem;
mod repository;
mod run;
mod schedule;
pub mod signature;
mod tenant;
mod token;
mod unique;

pub use access::{Role, Scope};
pub use agent::{Agent, AgentState, AgentSummary, Condition, ConditionKind, PlanStep, PlanView, UpdateAgent};
pub use audit::AuditEntry;
pub use auth::{Me, Membership, SignIn, SignUp, UserView};
pub use check_in::{CheckIn, CheckInBatch, CheckInKind, CheckInOutcome, CheckInResult, RejectedCheckIn};
pub use diagnostic::{Diagnostic, DiagnosticSeverity};
pub use enroll_token::{CreateEnrollToken, CreatedEnrollToken, EnrollToken};
pub use event::{Event, EventKind};
pub use health::{Component, Health};
pub use incident::{Incident, IncidentEvent, IncidentKind, IncidentState};
pub use job::{Job, JobDiff, JobPlacement, JobRevision, JobStatus, JobSummary, Namespace, NextRun, NextRuns};
pub use member::{AcceptInvitation, CreateInvitation, CreatedInvitation, Invitation, Member, UpdateMember};
pub use monitor::{Monitor, MonitorKey, MonitorStatus};
pub use page::Page;
pub use problem::{Code, FieldProblem, Problem};
pub use repository::{
    Commit, ConnectRepository, CreatedRepository, Repository, RepositoryKind, SyncState, UpdateRepository,
};
pub use run::{Run, RunAttempt, RunOutput, RunStatus};
pub use schedule::{
    ManifestFile, ScheduleFit, SchedulePreview, SchedulePreviewRequest, ScheduleStart, ScheduleWarning,
    ScheduleWarningKind, SchedulerFit, ValidateManifests, ValidatedManifests,
};
pub use tenant::{CreateTenant, Tenant, UpdateTenant};
pub use token::{CreateToken, CreatedToken, Token};

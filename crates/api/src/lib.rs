#![doc = include_str!("../README.md")]

mod access;
mod agenda;
mod agent;
pub mod agent_v1;
mod audit;
mod auth;
mod channel;
mod check_in;
mod crontab;
mod delivery;
mod diagnostic;
mod discovered;
mod enroll_token;
mod event;
mod health;
mod incident;
mod integration;
mod job;
mod member;
mod monitor;
mod overview;
mod page;
mod passkey;
mod password;
mod problem;
mod public_page;
mod recent;
mod repository;
mod route;
mod run;
mod schedule;
mod second_factor;
pub mod signature;
mod snooze;
mod statistics;
mod tenant;
mod timeline;
mod token;
mod unique;
mod usage;
mod webhook;

pub use access::{Role, Scope};
pub use agenda::{Agenda, AgendaJob, AgendaMoment, ScheduleLoad};
pub use agent::{Agent, AgentState, AgentSummary, Condition, ConditionKind, PlanStep, PlanView, UpdateAgent};
pub use audit::AuditEntry;
pub use auth::{Me, Membership, SignIn, SignUp, UserView};
pub use channel::{Channel, ChannelKind, ChannelTest, CreateChannel, UpdateChannel};
pub use check_in::{CheckIn, CheckInBatch, CheckInKind, CheckInOutcome, CheckInResult, RejectedCheckIn};
pub use crontab::{ConvertCrontab, ConvertedCrontab, CrontabFormat, CrontabManifest, SkippedLine};
pub use delivery::{Delivery, DeliveryQueue, DeliveryState, Occasion};
pub use diagnostic::{Diagnostic, DiagnosticSeverity};
pub use discovered::{Difference, Discovered, DiscoveredDetail, DiscoveredState, MonitorProposal, Proposal};
pub use enroll_token::{CreateEnrollToken, CreatedEnrollToken, EnrollToken};
pub use event::{Event, EventKind};
pub use health::{Component, ComponentName, ComponentProblem, Health};
pub use incident::{CreateIncidentNote, Incident, IncidentEvent, IncidentKind, IncidentState};
pub use integration::{CreatedIntegrationKey, Integration, IntegrationKind};
pub use job::{
    BlameCommit, BlameLine, DurationSide, Job, JobBlame, JobDiff, JobPlacement, JobRevision, JobStatus,
    JobSummary, Namespace, NextRun, NextRuns, RevisionDurations,
};
pub use member::{AcceptInvitation, CreateInvitation, CreatedInvitation, Invitation, Member, UpdateMember};
pub use monitor::{Monitor, MonitorAddress, MonitorKey, MonitorStatus};
pub use overview::{Attention, GitChange, Overview, RunSlot, RunsOfDay, StartLag, TroubledAgent};
pub use page::Page;
pub use passkey::{BeginPasskey, CreatePasskey, Passkey, PasskeyOptions, PasskeySignIn, UpdatePasskey};
pub use password::{ChangePassword, RequestPasswordReset, ResetPassword};
pub use problem::{Code, FieldProblem, Problem};
pub use public_page::{Badge, Badges, PublicPage, PutStatusPage, StatusPage};
pub use recent::{JobCounts, JobPage, JobRecent, LastRun, RunMark};
pub use repository::{
    Commit, ConnectRepository, CreatedRepository, Repository, RepositoryKind, SyncState, UpdateRepository,
};
pub use route::{ChannelName, RouteRule, RouteRuleStep, RouteTest, RouteTestStep, RuleDocument};
pub use run::{Run, RunAttempt, RunOutput, RunStatus};
pub use schedule::{
    ManifestFile, ScheduleFit, SchedulePreview, SchedulePreviewRequest, ScheduleStart, ScheduleWarning,
    ScheduleWarningKind, SchedulerFit, ValidateManifests, ValidatedManifests,
};
pub use second_factor::{
    BeginSecondFactor, BegunSecondFactor, ChangeSecondFactor, ConfirmSecondFactor, QrCode, RecoveryCodes,
    SecondFactor,
};
pub use snooze::{AlertLink, AlertLinkAction, CreateSnooze, Snooze, SnoozeIncident};
pub use statistics::{
    DayFigures, DurationBucket, DurationPoint, JobCalendar, JobDurations, JobMetric, JobMetrics,
    MetricBucket, PlaceFigures, RunFigures, Statistics,
};
pub use tenant::{CreateTenant, Tenant, UpdateTenant};
pub use timeline::{
    JobTimeline, PlaceRuns, Timeline, TimelineCell, TimelineIncident, TimelineLane, TimelineRun,
};
pub use token::{CreateToken, CreatedToken, Token};
pub use usage::{Usage, UsageDay, UsageKind, UsageMeter};
pub use webhook::{CreatedRepositoryWebhook, GitProvider, RepositoryWebhook, WebhookReceipt};

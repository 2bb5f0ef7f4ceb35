use crontopus_domain::{CheckIn, Integration, Proposal};
use crontopus_ids::{AgentId, MonitorId, RunId, TenantId};
use crontopus_store::RunOutput;

use super::slug::{self, LONGEST_SLUG};

/// A check-in on its way in. Who sends it is authenticated, except for keys, which are looked up here.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Which monitor it is for.
    pub target: Target,
    /// What it says.
    pub check_in: CheckIn,
    /// What was kept of the run's output.
    pub output: Option<RunOutput>,
    /// When it came in, UTC milliseconds.
    pub received_at: i64,
    /// Through which door.
    pub door: Door,
    /// What becomes of it apart from what it says.
    pub terms: Terms,
}

/// What becomes of a check-in apart from what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// It is not taken, whatever it says, and the log of its tenant says why.
    pub refused: Option<Rejection>,
    /// Where its job is not declared, it is remembered as discovered.
    pub discover: bool,
    /// What the client says is to be expected of the job.
    pub proposal: Option<Proposal>,
}

/// How a check-in names its monitor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// By its id.
    Monitor {
        /// The caller's tenant.
        tenant_id: TenantId,
        /// The monitor.
        monitor_id: MonitorId,
    },
    /// By the name of a job that nobody but the sender starts.
    Job {
        /// The caller's tenant.
        tenant_id: TenantId,
        /// Namespace.
        namespace: String,
        /// Name.
        name: String,
    },
    /// By the name of a job on the agent that reports.
    AgentJob {
        /// The agent's tenant.
        tenant_id: TenantId,
        /// The agent.
        agent_id: AgentId,
        /// Namespace.
        namespace: String,
        /// Name.
        name: String,
    },
    /// By a monitor's own key.
    Key {
        /// SHA-256 of the key, hex.
        hash: String,
    },
    /// By the tenant's key and the name of a job.
    TenantKey {
        /// SHA-256 of the key, hex.
        hash: String,
        /// Namespace.
        namespace: String,
        /// Name.
        name: String,
    },
    /// By its id alone, as Healthchecks pings do.
    Id(MonitorId),
    /// By a key of an integration and what the client calls the job.
    Slug {
        /// SHA-256 of the key, hex.
        hash: String,
        /// Which kinds of key are taken.
        kinds: &'static [Integration],
        /// The Sentry project, which must be that of the key's tenant.
        project: Option<u64>,
        /// `namespace--name`, a job's name where it is the only one, or a monitor's id.
        slug: String,
    },
}

/// Through which door a check-in came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// `POST /api/v1/check-ins`.
    Native,
    /// `/in/<key>`.
    Key,
    /// `POST /agent/v1/check-ins`.
    Agent,
    /// The Healthchecks ping API.
    Healthchecks,
    /// Sentry Crons.
    Sentry,
    /// Cronitor telemetry.
    Cronitor,
    /// Uptime Kuma push.
    UptimeKuma,
    /// Dead Man's Snitch.
    DeadMansSnitch,
    /// Better Stack heartbeats.
    BetterStack,
    /// E-mail.
    Email,
}

/// What became of a check-in. It is on disk when this is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Accepted {
        /// The run it belongs to; `None` when it belongs to none.
        run_id: Option<RunId>,
    },
    /// Its job is not declared in Git; it is remembered as discovered.
    Discovered {
        /// Whether it was never seen before.
        is_new: bool,
    },
    /// It will never be taken; with a known tenant it is in the log of rejected check-ins.
    Rejected(Rejection),
}

/// Why a check-in was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rejection {
    /// No key hashes to that.
    UnknownKey,
    /// The tenant has no such monitor, or no longer.
    UnknownMonitor,
    /// Several jobs have that name.
    Ambiguous,
    /// The address does not say anything there is.
    InvalidAddress,
    /// The run id is not of the form the protocol wants.
    InvalidRunId,
    /// What happened is said with a word the protocol does not have, or not at all.
    InvalidStatus,
    /// It could not be read.
    Unreadable,
    /// The key was used too often.
    RateLimited,
    /// The tenant has too many things that are not declared already.
    TooManyDiscovered,
    /// The check-in itself was taken; what it says is to be expected could not be read.
    InvalidProposal,
    /// The database refuses what it says.
    Invalid,
}

impl Door {
    /// The word for it in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Key => "key",
            Self::Agent => "agent",
            Self::Healthchecks => "healthchecks",
            Self::Sentry => "sentry",
            Self::Cronitor => "cronitor",
            Self::UptimeKuma => "uptime-kuma",
            Self::DeadMansSnitch => "dead-mans-snitch",
            Self::BetterStack => "better-stack",
            Self::Email => "email",
        }
    }
}

impl Rejection {
    /// The word for it in logs and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::UnknownMonitor => "unknown_monitor",
            Self::Ambiguous => "ambiguous",
            Self::InvalidAddress => "invalid_address",
            Self::InvalidRunId => "invalid_run_id",
            Self::InvalidStatus => "invalid_status",
            Self::Unreadable => "unreadable",
            Self::RateLimited => "rate_limited",
            Self::TooManyDiscovered => "too_many_discovered",
            Self::InvalidProposal => "invalid_proposal",
            Self::Invalid => "invalid",
        }
    }
}

impl Target {
    /// What the log of rejected check-ins says it named; never a key.
    pub(super) fn describe(&self) -> String {
        let cut = |text: &str| text.chars().filter(|c| *c != '\0').take(200).collect();
        match self {
            Self::Monitor { monitor_id, .. } => monitor_id.to_string(),
            Self::Job { namespace, name, .. }
            | Self::AgentJob { namespace, name, .. }
            | Self::TenantKey { namespace, name, .. } => cut(&format!("{namespace}/{name}")),
            Self::Key { .. } => "a key".to_owned(),
            Self::Id(id) => id.uuid().to_string(),
            Self::Slug { slug, .. } => cut(slug),
        }
    }

    /// The tenant, where it is known before anything is looked up.
    pub(super) fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::Monitor { tenant_id, .. }
            | Self::Job { tenant_id, .. }
            | Self::AgentJob { tenant_id, .. } => Some(*tenant_id),
            Self::Key { .. } | Self::TenantKey { .. } | Self::Id(_) | Self::Slug { .. } => None,
        }
    }

    /// What a client calls something that is not declared; `None` where it cannot be discovered, because it has no
    /// name or one that no job can be found by.
    pub(super) fn slug(&self) -> Option<String> {
        let slug = match self {
            Self::TenantKey { namespace, name, .. } => format!("{namespace}--{name}"),
            Self::Slug { slug, .. } => slug.clone(),
            _ => return None,
        };
        (1..=LONGEST_SLUG).contains(&slug.len()).then_some(slug)
    }

    /// Namespace and name of a job that would be found by this, if it were declared.
    pub(super) fn proposed(&self) -> Option<(Option<String>, String)> {
        match self {
            Self::TenantKey { namespace, name, .. } => {
                slug::place(namespace, name).map(|(namespace, name)| (Some(namespace), name))
            }
            Self::Slug { slug, .. } => Some(slug::proposed(slug)),
            _ => None,
        }
    }

    /// Bytes of what the sender calls it.
    pub(super) fn name_length(&self) -> usize {
        match self {
            Self::Job { namespace, name, .. }
            | Self::AgentJob { namespace, name, .. }
            | Self::TenantKey { namespace, name, .. } => namespace.len() + name.len(),
            Self::Slug { slug, .. } => slug.len(),
            Self::Key { .. } | Self::Id(_) | Self::Monitor { .. } => 0,
        }
    }
}

impl Signal {
    /// A check-in that is taken for what it says.
    pub fn new(door: Door, target: Target, check_in: CheckIn, received_at: i64) -> Self {
        Self { target, check_in, output: None, received_at, door, terms: Terms::default() }
    }

    /// Roughly the memory it holds while it waits.
    pub(super) fn weight(&self) -> usize {
        let output = self.output.as_ref().map_or(0, |o| o.head.len() + o.tail.len());
        512 + output + self.target.name_length()
    }
}

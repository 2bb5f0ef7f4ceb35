use crontopus_domain::CheckIn;
use crontopus_ids::{AgentId, MonitorId, RunId, TenantId};
use crontopus_store::RunOutput;

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
}

/// What became of a check-in. It is on disk when this is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Accepted {
        /// The run it belongs to; `None` when it belongs to none.
        run_id: Option<RunId>,
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
    /// The database refuses what it says.
    Invalid,
}

impl Door {
    /// `native`, `key` or `agent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Key => "key",
            Self::Agent => "agent",
        }
    }
}

impl Rejection {
    /// `unknown_key`, `unknown_monitor` or `invalid`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::UnknownMonitor => "unknown_monitor",
            Self::Invalid => "invalid",
        }
    }
}

impl Target {
    /// What the log of rejected check-ins says it named; never a key.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Monitor { monitor_id, .. } => monitor_id.to_string(),
            Self::Job { namespace, name, .. }
            | Self::AgentJob { namespace, name, .. }
            | Self::TenantKey { namespace, name, .. } => {
                let text = format!("{namespace}/{name}");
                text.chars().take(200).collect()
            }
            Self::Key { .. } => "a key".to_owned(),
        }
    }

    /// The tenant, where it is known before anything is looked up.
    pub(super) fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::Monitor { tenant_id, .. }
            | Self::Job { tenant_id, .. }
            | Self::AgentJob { tenant_id, .. } => Some(*tenant_id),
            Self::Key { .. } | Self::TenantKey { .. } => None,
        }
    }
}

impl Signal {
    /// Roughly the memory it holds while it waits.
    pub(super) fn weight(&self) -> usize {
        512 + self.output.as_ref().map_or(0, |o| o.head.len() + o.tail.len())
    }
}

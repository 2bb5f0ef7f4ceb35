//! Who is told about an incident, when, and when again: functions from rules, change and state to what is told.
//!
//! [`decide`] for what happens to an incident, [`follow_up`] when a moment it asked for has come. Neither asks the
//! time or sends anything itself.

mod decide;
mod documents;
mod flapping;
mod follow_up;
mod late;
mod routing;
mod silence;

pub use decide::{Change, Decision, Happening, decide};
pub use documents::named_routes;
pub use flapping::{Flap, HOUR_MS, MOST_CHANGES};
pub use follow_up::{follow_up, settle};
pub use late::{Overdue, tell_late};
pub use routing::{Plan, PlanStep, Routed, lateness_routes};
pub use silence::{Silence, SnoozeScope};

use std::collections::BTreeMap;

use crontopus_ids::{AgentId, ChannelId, IncidentId, MonitorId};
use crontopus_manifest::{Maintenance, Route};
use serde::{Deserialize, Serialize};

use crate::incident::{IncidentKind, Severity};

/// Everything of one tenant that says who is told.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Routes in force, with a key that no two share.
    pub routes: Vec<(String, Route)>,
    /// Maintenances in force.
    pub maintenance: Vec<Maintenance>,
    /// What operators silenced, as far as it is not over.
    pub snoozes: Vec<Snooze>,
    /// Channels, by name.
    pub channels: Vec<ChannelRef>,
}

/// A channel, as far as the rules need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRef {
    /// Id.
    pub id: ChannelId,
    /// What routes call it.
    pub name: String,
    /// Whether it is enabled.
    pub usable: bool,
    /// Whether it is told what no route is for.
    pub is_default: bool,
}

/// Silence that an operator asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// What is silent.
    pub scope: SnoozeScope,
    /// Until when, UTC milliseconds.
    pub until: i64,
    /// Who asked.
    pub by: String,
}

/// What an incident is about, as far as routes, maintenances and snoozes look at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Concern {
    /// The incident.
    pub incident: IncidentId,
    /// What it began with.
    pub kind: IncidentKind,
    /// How bad it is.
    pub severity: Severity,
    /// The monitor; `None` for a silent host.
    pub monitor: Option<MonitorId>,
    /// The host.
    pub agent: Option<AgentId>,
    /// The host's labels.
    pub agent_labels: BTreeMap<String, String>,
    /// The job; for a silent host every job on it.
    pub jobs: Vec<JobFacts>,
}

/// A job, as far as routes look at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFacts {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// The routes it names itself.
    pub routes: Vec<String>,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Target {
    /// A channel.
    Channel(ChannelId),
    /// The owners of the tenant, by mail: the last resort.
    Owners(OwnersWord),
}

/// The word for the owners in stored forms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OwnersWord {
    /// `owners`.
    #[default]
    #[serde(rename = "owners")]
    Owners,
}

impl Target {
    /// The owners.
    pub const OWNERS: Self = Self::Owners(OwnersWord::Owners);
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Channel(id) => id.fmt(f),
            Self::Owners(_) => f.write_str("owners"),
        }
    }
}

impl std::str::FromStr for Target {
    type Err = crontopus_ids::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "owners" { Ok(Self::OWNERS) } else { text.parse().map(Self::Channel) }
    }
}

words! {
    /// Why somebody is told something.
    Occasion {
        /// An incident opened.
        Opened = "opened",
        /// It is open still, and nobody took it.
        Repeated = "repeated",
        /// Nobody took it in time.
        Escalated = "escalated",
        /// Somebody took it.
        Acknowledged = "acknowledged",
        /// It is over.
        Resolved = "resolved",
        /// It opens and resolves again and again.
        Flapping = "flapping",
        /// A run has not started yet, and its window is still open.
        Late = "late",
        /// Somebody tries a channel.
        Test = "test",
        /// Something about the alerts themselves.
        Notice = "notice",
    }
}

/// One thing one target is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// Why.
    pub occasion: Occasion,
    /// Who.
    pub target: Target,
    /// By which route; empty for the default route.
    pub route: String,
    /// What shares this becomes one message.
    pub group: Option<String>,
    /// The route's step from 1, or how often a flapping thing changed.
    pub number: u32,
}

/// What is remembered of one incident and one route: whom it told and when it goes on. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The route's key; empty for the default route, [`UNTOLD`] while nobody was told.
    pub route: String,
    /// Who was told.
    pub told: Vec<Target>,
    /// Steps of the route that are done.
    pub step: u32,
    /// From when the route's steps count.
    pub base_at: i64,
    /// When somebody was last told.
    pub last_at: i64,
    /// When it goes on; `None` when it does not.
    pub next_at: Option<i64>,
}

/// The route of a [`Watch`] that waits for the end of a silence.
pub const UNTOLD: &str = "*";

use crontopus_ids::{IncidentId, RunId};
use serde::{Deserialize, Serialize};

words! {
    /// What an incident began with.
    IncidentKind {
        /// A run ended badly.
        Failed = "failed",
        /// A run has not started yet and its window is still open. It is told, and is no incident.
        Late = "late",
        /// A run did not start.
        Missed = "missed",
        /// A run took longer than it may.
        TimedOut = "timed_out",
        /// A success was suspiciously short.
        TooShort = "too_short",
        /// No success for longer than allowed.
        Stale = "stale",
        /// The host is silent.
        HostSilent = "host_silent",
    }
}

words! {
    /// Where an incident is.
    IncidentState {
        /// Nobody took it yet.
        Open = "open",
        /// Somebody did.
        Acknowledged = "acknowledged",
        /// It is over.
        Resolved = "resolved",
    }
}

words! {
    /// How bad an incident is, ascending.
    Severity {
        /// Somebody may look some day.
        Info = "info",
        /// Somebody should look at work.
        Warning = "warning",
        /// Somebody must look now.
        Critical = "critical",
    }
}

words! {
    /// Why an incident is over.
    Resolution {
        /// Enough good runs.
        Recovered = "recovered",
        /// The runs it counted turned out well: they were reported late.
        ReportedLate = "reported_late",
        /// The job is no more.
        Removed = "removed",
        /// Somebody said so.
        Operator = "operator",
        /// The host came back.
        HostBack = "host_back",
    }
}

/// The open incident of a monitor, as far as the rules need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenIncident {
    /// Id.
    pub id: IncidentId,
    /// What it began with.
    pub kind: IncidentKind,
    /// Bad runs so far.
    pub bad_runs: u32,
    /// The first of them; `None` when it opened for want of a success.
    pub first_run: Option<RunId>,
    /// The last of them.
    pub last_run: Option<RunId>,
    /// When it began, UTC milliseconds.
    pub opened_at: i64,
}

/// A change of a monitor's incident, in the order in which they happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncidentChange {
    /// It began.
    Opened(OpenIncident),
    /// One more bad run.
    BadRun {
        /// The incident after it.
        incident: OpenIncident,
        /// When, UTC milliseconds.
        at: i64,
    },
    /// It is over.
    Resolved {
        /// The incident.
        id: IncidentId,
        /// When, UTC milliseconds.
        at: i64,
        /// Why.
        why: Resolution,
        /// The run that ended it, if it was one.
        run: Option<RunId>,
    },
}

impl IncidentKind {
    /// One line for people: what is wrong with `job` (`namespace/name`), on `host` if it has one.
    pub fn title(self, job: &str, host: Option<&str>) -> String {
        let place = host.map(|h| format!(" on {h}")).unwrap_or_default();
        let what = match self {
            Self::Failed => "failed",
            Self::Late => "is late",
            Self::Missed => "did not start",
            Self::TimedOut => "takes too long",
            Self::TooShort => "ended suspiciously soon",
            Self::Stale => "has not succeeded for too long",
            Self::HostSilent => return format!("Host {} is silent", host.unwrap_or(job)),
        };
        format!("{job} {what}{place}")
    }
}

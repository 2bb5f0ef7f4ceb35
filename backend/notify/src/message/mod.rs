//! What is told, before it takes the form of a channel.

pub(crate) mod facts;
mod output;
pub(crate) mod words;

pub use output::last_lines;

use crontopus_domain::{IncidentKind, IncidentState, Resolution, Severity};
use crontopus_ids::{IncidentId, RunId};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One message to one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The same however often it is sent: receivers that know it drop what they have.
    pub id: String,
    /// When what it tells happened.
    pub at: Timestamp,
    /// Why it is sent.
    pub occasion: Occasion,
    /// Name of the tenant.
    pub tenant: String,
    /// In which zone its times are written.
    pub zone: TimeZone,
    /// What it is about: one incident or late start, several of one group, or none.
    pub subjects: Vec<Subject>,
    /// What else its links need.
    pub links: Links,
}

/// Why a message is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// An incident opened.
    Opened,
    /// It is still open, and nobody took it.
    Repeated,
    /// Nobody took it in time; this is the route's step of this number, from 2.
    Escalated {
        /// The step.
        step: usize,
    },
    /// Somebody took it.
    Acknowledged,
    /// It is over.
    Resolved,
    /// It opens and resolves again and again.
    Flapping {
        /// Changes within the last hour.
        changes: usize,
    },
    /// A run has not started yet, and its window is still open. It is no incident, and nothing follows from it.
    Late,
    /// Somebody wants to see whether the channel works.
    Test {
        /// Who.
        by: String,
    },
    /// Something about the alerts themselves.
    Notice(Notice),
}

/// What owners are told about a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Name of the channel.
    pub channel: String,
    /// What the provider answered.
    pub answer: String,
    /// Whether the channel was disabled; otherwise one message was given up.
    pub disabled: bool,
}

/// Addresses in the console that belong to no single incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The first page about what the message tells.
    pub main: String,
    /// Where channels are changed and ended.
    pub channels: String,
}

/// One incident, or one late start, as far as a message tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The incident; a late start is none.
    pub incident: Option<IncidentId>,
    /// One line: what is wrong.
    pub title: String,
    /// What it began with.
    pub kind: IncidentKind,
    /// Where it is.
    pub state: IncidentState,
    /// How bad it is.
    pub severity: Severity,
    /// `namespace/name`; `None` for a silent host.
    pub job: Option<String>,
    /// What the job does.
    pub description: Option<String>,
    /// Name of the host.
    pub host: Option<String>,
    /// When it opened; of a late start, when it was expected.
    pub opened_at: Timestamp,
    /// Bad runs so far.
    pub bad_runs: u32,
    /// Who took it, and when.
    pub acknowledged: Option<(String, Timestamp)>,
    /// When and why it was over.
    pub resolved: Option<(Timestamp, Resolution)>,
    /// The last bad run; for a recovery the good one.
    pub run: Option<RunFacts>,
    /// How long a good run usually takes, milliseconds.
    pub usual_ms: Option<i64>,
    /// End of the last good run; of what is over, of the last one before it began.
    pub last_success_at: Option<Timestamp>,
    /// Of a late start: when it counts as missed.
    pub closes_at: Option<Timestamp>,
    /// The manifest's annotation `owner`.
    pub owner: Option<String>,
    /// The manifest's annotation `runbook`.
    pub runbook: Option<String>,
    /// Its page; of a late start, its job's.
    pub link: String,
    /// Page of the run.
    pub run_link: Option<String>,
    /// Signed: leads, after a sign-in, to acknowledging it.
    pub acknowledge_link: Option<String>,
    /// Signed: leads, after a sign-in, to silence for an hour.
    pub snooze_link: Option<String>,
}

/// What is told of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFacts {
    /// The run.
    pub id: RunId,
    /// When it was expected.
    pub expected_at: Option<Timestamp>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// How long it took, milliseconds.
    pub duration_ms: Option<i64>,
    /// Exit status.
    pub exit_status: Option<i32>,
    /// Number of the signal that ended it.
    pub signal: Option<i32>,
    /// Why, when exit status and signal do not say.
    pub reason: Option<String>,
    /// The end of what it wrote.
    pub output: Option<Output>,
}

/// The end of an output, safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The last lines, without control characters and what is to be hidden.
    pub text: String,
    /// Whether there is more before them.
    pub more: bool,
}

impl Subject {
    /// What a provider knows it by: an incident for as long as it lasts, a late start in this message alone.
    pub(crate) fn key(&self, message: &Message) -> String {
        match self.incident {
            Some(incident) => incident.to_string(),
            None => {
                let place = message.subjects.iter().position(|own| own == self).unwrap_or(0);
                if place == 0 { message.id.clone() } else { format!("{}-{place}", message.id) }
            }
        }
    }
}

impl Message {
    /// The worst severity it tells of; a notice about alerts themselves is a warning.
    pub fn severity(&self) -> Severity {
        let told = self.subjects.iter().map(|s| s.severity).max();
        told.unwrap_or(match self.occasion {
            Occasion::Notice(_) => Severity::Warning,
            _ => Severity::Info,
        })
    }

    /// What it is about, when that is just one.
    pub(crate) fn only(&self) -> Option<&Subject> {
        match &self.subjects[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}

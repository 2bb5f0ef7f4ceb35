use crontopus_ids::{MonitorId, RunId};
use serde::{Deserialize, Serialize};

use crate::incident::{IncidentKind, OpenIncident};
use crate::monitor::tally::Tally;
use crate::outage::Outage;
use crate::run::Run;

words! {
    /// How a monitor is.
    MonitorStatus {
        /// Armed, nothing seen yet.
        Pending = "pending",
        /// The last run was good.
        Ok = "ok",
        /// A start is overdue but still inside its window.
        Late = "late",
        /// The last run was bad.
        Failing = "failing",
        /// Nothing is expected on purpose.
        Paused = "paused",
        /// The host is lost, or the service was away.
        Unknown = "unknown",
    }
}

/// Everything the rules remember of one monitor. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonitorState {
    /// Since when starts are expected.
    pub armed_at: i64,
    /// Since when it is watched at all, through pauses and maintenances; `None` where that was not noted and is
    /// [`armed_at`](Self::armed_at) at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched_from: Option<i64>,
    /// The earliest expected start that nothing was decided about yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_at: Option<i64>,
    /// Expected starts after that one that runs claimed already, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claimed: Vec<i64>,
    /// The last starts, ascending, of a job that is to start so often at least: what counts until the next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub begun: Vec<i64>,
    /// First and last expected start of rows that a late report may still fill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfilled: Option<(i64, i64)>,
    /// Runs whose end was not reported yet: going on, or timed out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Run>,
    /// The last judged runs, in the order in which they ended or were overdue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
    /// Bad runs before the first of `verdicts`, while all of those are bad.
    #[serde(default)]
    pub carried_bad: u32,
    /// End of the last good run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success_at: Option<i64>,
    /// When a run was last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run_at: Option<i64>,
    /// End of the run that ended last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_ended_at: Option<i64>,
    /// Milliseconds that one took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_duration_ms: Option<i64>,
    /// How many runs came to which end.
    #[serde(default, skip_serializing_if = "Tally::is_empty")]
    pub tally: Tally,
    /// When it was last decided that nobody can say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_unknown_at: Option<i64>,
    /// The moment from which a success is missing, once that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_since: Option<i64>,
    /// An operator paused it.
    #[serde(default)]
    pub paused_by_operator: bool,
    /// A maintenance that pauses is going on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_maintenance: bool,
    /// The job is no more, or no longer here.
    #[serde(default)]
    pub removed: bool,
    /// Its host is lost.
    #[serde(default)]
    pub host_lost: bool,
    /// When to look again at what waits for word from the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recheck_at: Option<i64>,
    /// When signals were put off that may never come again, ascending; the last of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub put_off: Vec<i64>,
    /// Its open incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<OpenIncident>,
    /// How it is, without [`MonitorStatus::Late`], which depends on the time of asking.
    pub status: MonitorStatus,
    /// When something is to be decided if nothing is heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<i64>,
    /// Makes ids of nameless things differ; grows.
    #[serde(default)]
    pub serial: u64,
}

/// How one run was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// When it was decided: the run's end, or the moment it was overdue.
    pub at: i64,
    /// The run.
    pub run: RunId,
    /// When it began, or was to; `None` when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<i64>,
    /// What was bad about it; `None` for a good one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad: Option<IncidentKind>,
}

impl Verdict {
    /// Its place among the others: by the end, then by the start. Of runs that share both, the one that was heard of
    /// first comes first.
    pub(crate) fn place(&self) -> (i64, i64) {
        (self.at, self.began.unwrap_or(self.at))
    }
}

impl MonitorState {
    /// Nothing seen, nothing expected; see [`declare`](super::declare) for how one is armed.
    pub(crate) fn new(now: i64) -> Self {
        Self {
            armed_at: now,
            watched_from: Some(now),
            expected_at: None,
            claimed: Vec::new(),
            begun: Vec::new(),
            unfilled: None,
            open: Vec::new(),
            verdicts: Vec::new(),
            carried_bad: 0,
            last_success_at: None,
            last_run_at: None,
            last_ended_at: None,
            last_duration_ms: None,
            tally: Tally::default(),
            last_unknown_at: None,
            stale_since: None,
            paused_by_operator: false,
            in_maintenance: false,
            removed: false,
            host_lost: false,
            recheck_at: None,
            put_off: Vec::new(),
            incident: None,
            status: MonitorStatus::Pending,
            deadline_at: None,
            serial: 0,
        }
    }

    /// Since when its uptime counts.
    pub fn watched_since(&self) -> i64 {
        self.watched_from.unwrap_or(self.armed_at)
    }

    /// Runs going on.
    pub fn open_runs(&self) -> u32 {
        self.open.iter().filter(|r| r.is_running()).count() as u32
    }

    /// Bad runs since the last good one.
    pub fn consecutive_bad(&self) -> u32 {
        let bad = self.verdicts.iter().rev().take_while(|v| v.bad.is_some()).count();
        let carried = if bad == self.verdicts.len() { self.carried_bad } else { 0 };
        carried.saturating_add(bad as u32)
    }

    /// Good runs since the last bad one, as far as they are remembered.
    pub fn consecutive_good(&self) -> u32 {
        self.verdicts.iter().rev().take_while(|v| v.bad.is_none()).count() as u32
    }

    /// How the monitor is at `now`.
    pub fn status_at(&self, now: i64) -> MonitorStatus {
        Self::shown(self.status, self.expected_at, now)
    }

    /// How a monitor of this status and with this expected start is at `now`.
    pub fn shown(status: MonitorStatus, expected_at: Option<i64>, now: i64) -> MonitorStatus {
        let overdue = expected_at.is_some_and(|e| e < now);
        match status {
            MonitorStatus::Ok | MonitorStatus::Pending if overdue => MonitorStatus::Late,
            status => status,
        }
    }

    /// A number never given before.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

/// Rows of one monitor that are not in its state: what [`wanted`](super::wanted) asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// The rows.
    pub runs: Vec<Run>,
    /// When the service itself was away.
    pub outages: Vec<Outage>,
}

impl Past {
    pub(crate) fn find(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|r| r.id == id)
    }

    /// Takes over what a signal changed, so that the next signal of the same monitor sees it.
    pub fn note(&mut self, effects: &super::Effects) {
        for replaced in &effects.replaced {
            self.runs.retain(|r| r.id != replaced.old);
        }
        for run in &effects.runs {
            match self.runs.iter_mut().find(|r| r.id == run.id) {
                Some(known) => *known = run.clone(),
                None => self.runs.push(run.clone()),
            }
        }
    }
}

/// Which monitor, and what is expected of it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Id.
    pub id: MonitorId,
    /// What is expected.
    pub expectation: &'a crate::Expectation,
}

//! What a run shows, concluded from what was heard of it.

use super::{Run, RunStatus};
use crate::check_in::BELIEVED_AHEAD_MS;
use crate::outage::{Outage, explaining};

/// A signal may be on its way so long without anybody's clock being wrong.
const ON_ITS_WAY_MS: i64 = 1_000;

/// Why a success is a failure.
pub(crate) const TOO_SHORT: &str = "too_short";

/// The reason of a run of which something else had been decided before.
const LATE_REPORT: &str = "late report";

/// How well it is known when a run began, best first, and the moment as far as it is known (UTC milliseconds).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Began {
    /// The start was reported.
    Reported(i64),
    /// The end told how long it took.
    Told(i64),
    /// At this moment at the latest: the first that is known of it.
    Before(i64),
    /// It did not, but was to.
    Skipped(i64),
}

/// What a spec says of durations, milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// A run that takes longer is timed out.
    pub(crate) longest: Option<i64>,
    /// A success that takes less has failed.
    pub(crate) shortest: Option<i64>,
}

impl Run {
    /// When it began, as well as that is known; `None` for a row that nobody filled.
    pub(crate) fn began(&self) -> Option<Began> {
        match (self.started_at, self.start_seen) {
            (Some(at), true) => return Some(Began::Reported(at)),
            (Some(at), false) => return Some(Began::Told(at)),
            (None, _) => {}
        }
        let sign = self.traces.signs.map(|(first, _)| first);
        let known = sign.into_iter().chain(self.finished_at).min()?;
        Some(if self.is_skip() { Began::Skipped(known) } else { Began::Before(known) })
    }

    /// When it last gave a sign of life before its end: its start, a heartbeat.
    pub fn alive_at(&self) -> Option<i64> {
        self.started_at.max(self.traces.signs.map(|(_, last)| last))
    }

    /// When its time limit is over by the service's clock, if nothing more is heard of it.
    pub(crate) fn limit(&self, longest: Option<i64>) -> Option<i64> {
        longest.map(|longest| self.counts_from().saturating_add(longest))
    }

    /// When its time limit is over by its sender's clock.
    pub(crate) fn limit_of_sender(&self, longest: Option<i64>) -> Option<i64> {
        let from = self.alive_at().max(self.traces.excused_to).unwrap_or(self.at);
        longest.map(|longest| from.saturating_add(longest))
    }

    fn counts_from(&self) -> i64 {
        self.traces.heard_at.or(self.alive_at()).max(self.traces.excused_to).unwrap_or(self.at)
    }

    /// Whether there is a sign of life that counts from when it came in: the latest of a sender whose clock may be
    /// wrong, or any of a run that counts so already.
    pub(crate) fn is_heard_anew(&self, before: Option<&Self>, clock_is_right: bool) -> bool {
        let told = |run: &Self| (run.started_at, run.traces.signs);
        match before {
            Some(before) if before.traces.heard_at.is_some() => told(before) != told(self),
            _ if clock_is_right => false,
            before => before.and_then(Self::alive_at) != self.alive_at(),
        }
    }

    /// A sign of life that came in at `received` is the last there is. Where the sender's clock tells another time, the
    /// service's own tells how long nothing was heard.
    pub(crate) fn note_heard(&mut self, received: i64) {
        let differs = self.alive_at().is_some_and(|alive| (received - alive).abs() > ON_ITS_WAY_MS);
        self.traces.heard_at = differs.then_some(received);
    }

    /// What it counts from is in a future that nobody can have told of: the service's clock was ahead then, and was set
    /// back. Its time limit counts from `now`.
    pub(crate) fn count_by_clock(&mut self, now: i64) {
        if self.counts_from() > now.saturating_add(BELIEVED_AHEAD_MS) {
            self.traces.heard_at = Some(now);
            self.traces.excused_to = None;
        }
    }

    /// When its time limit was over before the end came, if it was. `outages` may explain why no heartbeat was
    /// heard before that; a run that gives none is judged by its start and its end alone.
    pub(crate) fn overran(&self, longest: Option<i64>, outages: &[Outage]) -> Option<i64> {
        let (alive, ended) = (self.alive_at()?, self.finished_at?);
        let limit = alive.saturating_add(longest?);
        let is_explained = self.traces.signs.is_some() && explaining(outages, alive, ended, ended).is_some();
        (limit < ended && !is_explained).then_some(limit)
    }

    /// Brings what it shows up to what was heard. Without an end the passing of time decides, and not this.
    pub(crate) fn conclude(&mut self, limits: Limits, outages: &[Outage]) {
        if !self.traces.duration_said {
            let took = self.finished_at.zip(self.started_at.filter(|_| self.end_seen));
            self.duration_ms = took.map(|(ended, started)| (ended - started).max(0));
        }
        let is_short = limits.shortest.zip(self.duration_ms).is_some_and(|(least, took)| took < least);
        if self.is_skip() {
            self.status = RunStatus::Skipped;
        } else if self.end_seen {
            self.status = match self.overran(limits.longest, outages) {
                Some(_) => RunStatus::TimedOut,
                None if self.ended_well && !is_short => RunStatus::Succeeded,
                None => RunStatus::Failed,
            };
        } else if self.status == RunStatus::Skipped {
            self.status = RunStatus::Running;
        }
        if self.status == RunStatus::Unknown {
            return;
        }
        let is_too_short = self.status == RunStatus::Failed && self.ended_well;
        let is_late = self.traces.is_late.then_some(LATE_REPORT);
        let said = self.traces.reason.as_deref().or(is_late);
        let reason = if is_too_short { Some(TOO_SHORT) } else { said };
        self.reason = reason.map(str::to_owned);
    }
}

impl Began {
    /// The moment.
    pub(crate) fn at(self) -> i64 {
        match self {
            Self::Reported(at) | Self::Told(at) | Self::Before(at) | Self::Skipped(at) => at,
        }
    }
}

//! How signals become a run.
//!
//! A run is a function of the *set* of its signals: neither their order nor how often each comes matters. Each
//! signal is taken in by operations of which that is true (the smaller, the larger, the union), and what the run
//! shows is concluded from the result (see [`conclude`](super::conclude)):
//!
//! - **start**: the earliest that was reported, and without one the earliest that an end tells by its duration;
//!   starts beside it are signs of life, as heartbeats are;
//! - **end**: a bad one holds against a good one, and of two equally good ones the earlier, with everything it says;
//! - **skip**: the earliest, and only while nothing says that the run took place;
//! - **metrics**: each from the signal that counts most, see [`Weight`];
//! - **attempts**: all of them, by their start, the first hundred;
//! - **host, environment**: the first by the alphabet, should signals disagree; **bytes** and **skew**: the largest.

use std::cmp::Ordering;

use super::traces::Weight;
use super::{Attempt, Run, RunStatus, Usage};
use crate::check_in::{CheckIn, CheckInKind};

/// More attempts of one run than this are not kept.
const MOST_ATTEMPTS: usize = 100;

/// Everything an end says, in the order in which ends are weighed: the smallest holds.
type End<'a> = (bool, i64, Option<i64>, Option<i32>, Option<i32>, Usage, Option<&'a str>);

impl Run {
    /// Takes in a signal that happened at `moment`; `skew` is how far off its sender's clock was. A
    /// [log](CheckInKind::Log) says nothing about a run.
    pub(crate) fn hear(&mut self, signal: &CheckIn, moment: i64, skew: Option<i64>) {
        self.host = first(self.host.take(), signal.host.as_ref());
        self.environment = first(self.environment.take(), signal.environment.as_ref());
        self.skew_ms = self.skew_ms.into_iter().chain(skew).max_by_key(|skew| (skew.unsigned_abs(), *skew));
        self.output_bytes = self.output_bytes.max(signal.output_bytes);
        signal.attempts.iter().for_each(|attempt| self.hear_attempt(attempt));
        let rank = match signal.kind {
            CheckInKind::Log => return,
            CheckInKind::Skipped => {
                self.hear_skip(signal, moment);
                0
            }
            CheckInKind::Start => {
                self.hear_start(moment);
                0
            }
            CheckInKind::Heartbeat => {
                self.took_place();
                self.traces.note_sign(moment);
                0
            }
            CheckInKind::End { well } => {
                self.hear_end(signal, moment, well);
                if well { 1 } else { 2 }
            }
        };
        for (name, value) in &signal.metrics {
            self.hear_metric(name, *value, Weight { rank, at: moment });
        }
        let of_end = self.end_weight();
        self.traces.metrics.retain(|_, weight| Some(*weight) != of_end);
    }

    /// Whether all that was said of it is that it was skipped.
    pub(super) fn is_skip(&self) -> bool {
        !self.start_seen && !self.end_seen && self.traces.signs.is_none()
    }

    /// A run that takes place was not skipped, whatever was said.
    fn took_place(&mut self) {
        if self.is_skip() {
            (self.finished_at, self.traces.reason) = (None, None);
        }
    }

    fn hear_start(&mut self, moment: i64) {
        self.took_place();
        match self.started_at.filter(|_| self.start_seen) {
            Some(known) if known != moment => {
                self.started_at = Some(known.min(moment));
                self.traces.note_sign(known.max(moment));
            }
            _ => self.started_at = Some(moment),
        }
        self.start_seen = true;
    }

    fn hear_end(&mut self, signal: &CheckIn, moment: i64, well: bool) {
        self.took_place();
        let duration = signal.believed_duration();
        if let Some(told) = duration.map(|took| moment - took).filter(|_| !self.start_seen) {
            self.started_at = Some(self.started_at.map_or(told, |known| known.min(told)));
        }
        let reason = signal.reason.as_deref();
        let said = (well, moment, duration, signal.exit_status, signal.signal, signal.usage, reason);
        if self.end().is_some_and(|known| known <= said) {
            return;
        }
        // What the end that gives way said of metrics counts as before.
        if let Some(weight) = self.end_weight() {
            let unweighed = self.metrics.keys().filter(|name| !self.traces.metrics.contains_key(*name));
            let unweighed: Vec<_> = unweighed.map(|name| (name.clone(), weight)).collect();
            self.traces.metrics.extend(unweighed);
        }
        (self.end_seen, self.ended_well, self.finished_at) = (true, well, Some(moment));
        (self.exit_status, self.signal, self.usage) = (signal.exit_status, signal.signal, signal.usage);
        (self.duration_ms, self.traces.duration_said) = (duration, duration.is_some());
        self.traces.reason.clone_from(&signal.reason);
    }

    /// What the end that holds said.
    fn end(&self) -> Option<End<'_>> {
        let finished = self.finished_at.filter(|_| self.end_seen)?;
        let duration = self.duration_ms.filter(|_| self.traces.duration_said);
        let reason = self.traces.reason.as_deref();
        Some((self.ended_well, finished, duration, self.exit_status, self.signal, self.usage, reason))
    }

    fn end_weight(&self) -> Option<Weight> {
        let at = self.finished_at.filter(|_| self.end_seen)?;
        Some(Weight { rank: if self.ended_well { 1 } else { 2 }, at })
    }

    fn hear_skip(&mut self, signal: &CheckIn, moment: i64) {
        if !self.is_skip() {
            return;
        }
        let said = (moment, signal.reason.as_deref());
        if self.finished_at.is_none_or(|known| said < (known, self.traces.reason.as_deref())) {
            self.finished_at = Some(moment);
            self.traces.reason.clone_from(&signal.reason);
        }
        self.status = RunStatus::Skipped;
    }

    fn hear_metric(&mut self, name: &str, value: f64, weight: Weight) {
        if let Some(known) = self.metrics.get(name) {
            let known_weight = self.traces.metrics.get(name).copied().or(self.end_weight()).unwrap_or(weight);
            if known_weight.cmp(&weight).then(known.total_cmp(&value)) != Ordering::Less {
                return;
            }
        }
        self.metrics.insert(name.to_owned(), value);
        self.traces.metrics.insert(name.to_owned(), weight);
    }

    fn hear_attempt(&mut self, attempt: &Attempt) {
        let place = self.attempts.partition_point(|known| known.started_at < attempt.started_at);
        match self.attempts.get_mut(place).filter(|known| known.started_at == attempt.started_at) {
            Some(known) if *known < *attempt => known.clone_from(attempt),
            Some(_) => {}
            None => {
                self.attempts.insert(place, attempt.clone());
                self.attempts.truncate(MOST_ATTEMPTS);
            }
        }
    }
}

/// The first of two by the alphabet.
fn first(known: Option<String>, said: Option<&String>) -> Option<String> {
    match (known, said) {
        (Some(known), Some(said)) if *said < known => Some(said.clone()),
        (None, said) => said.cloned(),
        (known, _) => known,
    }
}

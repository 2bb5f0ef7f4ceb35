//! Which expected start a run claims.

use jiff::Timestamp;

use crate::derive::unseen_run;
use crate::monitor::state::{MonitorState, Past, Subject};
use crate::run::Run;
use crate::spec::{Beat, Expectation};

/// More expected starts than this are never looked at for one signal, nor remembered as claimed.
const MOST: usize = 1_024;

/// So many of the last starts are remembered of a job that is to start so often at least.
const MOST_BEGUN: usize = 32;

/// What a start satisfies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claim {
    /// The expected start.
    pub(crate) expected_at: i64,
    /// The row that stood for it.
    pub(crate) fills: Option<Run>,
}

impl Expectation {
    /// First expected start after `after`.
    pub(crate) fn next(&self, after: i64) -> Option<i64> {
        match &self.beat {
            Beat::Calendar(schedule, zone, profile) => {
                let after = Timestamp::from_millisecond(after).ok()?;
                schedule.next(after, zone, *profile).map(Timestamp::as_millisecond)
            }
            Beat::Interval(every) => after.checked_add(*every),
            Beat::None => None,
        }
    }

    /// Expected starts after `after` up to and including `to` (UTC milliseconds), where they can be computed; at
    /// most `most`.
    pub fn starts(&self, after: i64, to: i64, most: usize) -> Vec<i64> {
        let Beat::Calendar(..) = self.beat else { return Vec::new() };
        let starts = std::iter::successors(self.next(after), |last| self.next(*last));
        starts.take_while(|at| *at <= to).take(most).collect()
    }

    /// Whether every start can be told in advance.
    pub fn is_calendar(&self) -> bool {
        matches!(self.beat, Beat::Calendar(..))
    }

    /// Last expected start at or before `at`, where they can be computed.
    fn prev(&self, at: i64) -> Option<i64> {
        match &self.beat {
            Beat::Calendar(schedule, zone, profile) => {
                let at = Timestamp::from_millisecond(at).ok()?;
                schedule.prev(at, zone, *profile).map(Timestamp::as_millisecond)
            }
            Beat::Interval(_) | Beat::None => None,
        }
    }

    /// Expected starts whose window holds `start`, nearest first, the earlier one of two equally near.
    fn around(&self, start: i64) -> Vec<i64> {
        let back = std::iter::successors(self.prev(start), |e| self.prev(e - 1));
        let back = back.take_while(|e| start <= e.saturating_add(self.late())).take(MOST);
        let ahead = std::iter::successors(self.next(start), |e| self.next(*e));
        let ahead = ahead.take_while(|e| start >= e.saturating_sub(self.spec.early_ms)).take(MOST);
        let mut found: Vec<_> = back.chain(ahead).collect();
        found.sort_by_key(|e| ((start - e).abs(), *e));
        found
    }

    /// Between which expected starts a row may be one that a run started at `start` fills.
    pub(crate) fn reach(&self, start: i64) -> Option<(i64, i64)> {
        let ahead = match &self.beat {
            Beat::Calendar(..) => self.spec.early_ms,
            Beat::Interval(every) => *every,
            Beat::None => return None,
        };
        Some((start.saturating_sub(self.late()), start.saturating_add(ahead)))
    }
}

impl MonitorState {
    /// Whether starts are expected at all.
    pub(crate) fn expects(&self, subject: Subject<'_>) -> bool {
        !self.removed && !self.is_paused(subject)
    }

    /// Whether it is paused, by whomever.
    pub(crate) fn is_paused(&self, subject: Subject<'_>) -> bool {
        self.paused_by_operator || self.in_maintenance || subject.expectation.spec.paused
    }

    /// Lets a run that started at `start` claim the nearest expected start whose window holds it and that
    /// is still to be had; while none are expected, one that was decided before may still be filled. `named` is
    /// the occurrence that a guard claimed on the host.
    pub(crate) fn claim(
        &mut self,
        subject: Subject<'_>,
        past: &Past,
        start: i64,
        named: Option<i64>,
    ) -> Option<Claim> {
        let (expectation, expects) = (subject.expectation, self.expects(subject));
        if let Beat::Interval(every) = expectation.beat {
            return self.claim_interval(subject, past, start, every);
        }
        let mut candidates = expectation.around(start);
        if let Some(place) = named.and_then(|n| candidates.iter().position(|e| *e == n)) {
            candidates[..=place].rotate_right(1);
        }
        for expected in candidates {
            let open = expects && self.expected_at.is_some_and(|e| expected >= e);
            if open && !self.claimed.contains(&expected) {
                self.take(expectation, expected);
                return Some(Claim { expected_at: expected, fills: None });
            }
            let row = past.find(unseen_run(subject.id, expected)).filter(|r| r.is_unfilled());
            if let Some(row) = row {
                return Some(Claim { expected_at: expected, fills: Some(row.clone()) });
            }
        }
        None
    }

    /// Any start satisfies "at least each so often": a row that stands for one that was due about then, or what is
    /// expected next. One that is older than what counts already satisfies nothing.
    fn claim_interval(&mut self, subject: Subject<'_>, past: &Past, start: i64, every: i64) -> Option<Claim> {
        let (from, to) = subject.expectation.reach(start)?;
        let rows = past.runs.iter().filter(|r| r.is_unfilled());
        let rows = rows.filter(|r| r.expected_at.is_some_and(|e| (from..=to).contains(&e)));
        let row = rows.min_by_key(|r| r.expected_at.map(|e| ((e - start).abs(), e)));
        let next = self.expected_at.filter(|e| self.expects(subject) && start >= e.saturating_sub(every));
        if let Some(e) = row.and_then(|row| row.expected_at) {
            self.uncount(every, e);
        }
        self.count_from(every, start);
        let expected_at = row.map_or(next, |row| row.expected_at)?;
        Some(Claim { expected_at, fills: row.cloned() })
    }

    /// The next start is expected `every` after the latest of what counts: now also `at`.
    pub(crate) fn count_from(&mut self, every: i64, at: i64) {
        if let Some(expected) = self.expected_at.filter(|_| self.begun.is_empty()) {
            self.begun.push(expected.saturating_sub(every));
        }
        // Two starts at one moment are two: one of them may turn out to be another.
        let place = self.begun.partition_point(|begun| *begun <= at);
        self.begun.insert(place, at);
        if self.begun.len() > MOST_BEGUN {
            self.begun.remove(0);
        }
        self.expect_after(every);
    }

    /// What was counted as a start at `at` was none.
    fn uncount(&mut self, every: i64, at: i64) {
        if let Some(place) = self.begun.iter().position(|begun| *begun == at).filter(|_| self.begun.len() > 1)
        {
            self.begun.remove(place);
            self.expect_after(every);
        }
    }

    fn expect_after(&mut self, every: i64) {
        let last = self.begun.last().map(|last| last.saturating_add(every));
        self.expected_at = self.expected_at.and(last);
    }

    /// A run that was counted as begun at `guess` is known to have begun at another time: what it claimed and what
    /// it counts for is found anew, by [`keeps`](Self::keeps) or [`claim`](Self::claim).
    pub(crate) fn doubt(&mut self, expectation: &Expectation, guess: i64) {
        if let Beat::Interval(every) = expectation.beat {
            self.uncount(every, guess);
        }
    }

    /// When the window of `expected`, the start that is expected next, closes: before its time when so many were
    /// claimed after it that no more could be remembered.
    pub(crate) fn closes(&self, expectation: &Expectation, expected: i64) -> i64 {
        let closes = expected.saturating_add(expectation.late());
        match self.claimed.last() {
            Some(last) if self.claimed.len() >= MOST => closes.min(*last),
            _ => closes,
        }
    }

    /// Nothing is to be decided about `expected` any more.
    pub(crate) fn take(&mut self, expectation: &Expectation, expected: i64) {
        if let Beat::Interval(every) = expectation.beat {
            return self.count_from(every, expected);
        }
        if self.expected_at == Some(expected) {
            self.expected_at = expectation.next(expected);
        } else if let Err(place) = self.claimed.binary_search(&expected)
            && self.claimed.len() < MOST
        {
            self.claimed.insert(place, expected);
        }
        while let Some(e) = self.expected_at
            && self.claimed.first() == Some(&e)
        {
            self.claimed.remove(0);
            self.expected_at = expectation.next(e);
        }
    }

    /// Whether a run that claimed `expected` by a guess and began at `start` keeps it: where it could not be given
    /// back (nothing is expected any more that was expected then) and the window holds.
    pub(crate) fn keeps(&mut self, subject: Subject<'_>, expected: i64, start: i64) -> bool {
        let expectation = subject.expectation;
        let early = match expectation.beat {
            Beat::Calendar(..) => expectation.spec.early_ms,
            Beat::Interval(every) => every,
            Beat::None => return false,
        };
        let window = expected.saturating_sub(early)..=expected.saturating_add(expectation.late());
        let keeps = window.contains(&start) && !self.can_release(subject, expected);
        if let Beat::Interval(every) = expectation.beat
            && keeps
        {
            self.count_from(every, start);
        }
        keeps
    }

    fn can_release(&self, subject: Subject<'_>, expected: i64) -> bool {
        let is_calendar = matches!(subject.expectation.beat, Beat::Calendar(..));
        is_calendar && expected >= self.armed_at && self.expects(subject)
    }

    /// Gives back what a run claimed by a guess, so that another run may claim it or it is missed.
    pub(crate) fn release(&mut self, subject: Subject<'_>, expected: i64) {
        if !self.can_release(subject, expected) {
            return;
        }
        match self.expected_at {
            Some(e) if expected < e => {
                let later = std::iter::successors(subject.expectation.next(expected), |l| {
                    subject.expectation.next(*l)
                });
                let between: Vec<_> = later.take_while(|l| *l < e).take(MOST).collect();
                if between.len() + self.claimed.len() < MOST {
                    self.claimed.splice(0..0, between);
                    self.expected_at = Some(expected);
                }
            }
            _ => self.claimed.retain(|c| *c != expected),
        }
    }
}

//! When a host is heard of, and what the service makes of its silence.

use crate::plan::{BEGIN, DAY, END, HEARTBEAT, Plan, SECOND, SILENT, Span};
use crate::random::Random;

/// How one host is heard of.
#[derive(Debug, Clone)]
pub(crate) struct Contact {
    /// Heartbeats come.
    pub(crate) spans: Vec<Span>,
    /// Records that had to wait, from when they were made until they were delivered.
    pub(crate) kept: Vec<Span>,
}

impl Contact {
    pub(crate) fn of(plan: &Plan, host: usize) -> Self {
        let mut random = Random::new(plan.seed, 200_000 + host as u64);
        let own = &plan.hosts[host];
        let away = plan.away.iter().map(|away| away.span);
        let mut silent: Vec<Span> = own.off.iter().chain(&own.cut_off).copied().chain(away).collect();
        silent.sort();
        let mut spans = Vec::new();
        let mut from = BEGIN;
        for gap in silent {
            if gap.from > from {
                spans.push(Span { from, to: gap.from });
            }
            from = from.max(gap.to + random.between(0, HEARTBEAT));
        }
        // Also for what a run of the last hours still has to say.
        spans.push(Span { from, to: END + 30 * DAY });
        Self { spans, kept: Vec::new() }
    }

    /// When a record that is made at `moment` is delivered.
    pub(crate) fn deliver(&mut self, moment: i64, random: &mut Random) -> i64 {
        let soon = moment + random.between(50, 2 * SECOND);
        let place = self.spans.partition_point(|span| span.to <= soon);
        let span = self.spans[place];
        if span.from <= soon {
            return soon;
        }
        // The agent tries again after a minute at most; then everything comes at once, in any order.
        let at = span.from + random.between(0, 60 * SECOND);
        let at = if at < span.to { at } else { span.from };
        self.kept.push(Span { from: moment, to: at });
        at
    }

    /// The last heartbeat at or before `now`, and whether the host said that records wait.
    pub(crate) fn word(&self, now: i64) -> (i64, bool) {
        let place = self.spans.partition_point(|span| span.from <= now).max(1) - 1;
        let span = self.spans[place];
        let seen = span.from + (now.min(span.to - 1) - span.from) / HEARTBEAT * HEARTBEAT;
        (seen, self.kept.iter().any(|kept| kept.holds(seen)))
    }

    /// When the host was held for lost: from the first moment up to but not including the second.
    pub(crate) fn lost(&self, plan: &Plan) -> Vec<Span> {
        let mut lost: Vec<Span> = Vec::new();
        for pair in self.spans.windows(2) {
            if let Some(last) = lost.last()
                && last.to > pair[1].from
            {
                continue;
            }
            let since = self.word(pair[0].to).0;
            let from = notice(plan, since + SILENT + 1);
            if from >= pair[1].from {
                continue;
            }
            let mut to = pair[1].from + 2 * SECOND;
            while let Some(kept) = self.kept.iter().find(|kept| kept.from <= to && kept.to >= to) {
                to = kept.to + HEARTBEAT;
            }
            lost.push(Span { from, to: up_again(plan, to) });
        }
        lost
    }
}

/// The first moment from `moment` on at which the service takes silence for silence.
fn notice(plan: &Plan, moment: i64) -> i64 {
    let mut moment = up_again(plan, moment);
    for away in &plan.away {
        if away.span.from <= moment && moment <= away.outage.to + SILENT {
            moment = away.outage.to + SILENT + 1;
        }
    }
    up_again(plan, moment)
}

/// The first moment from `moment` on at which the service is there.
fn up_again(plan: &Plan, moment: i64) -> i64 {
    plan.away.iter().find(|away| away.span.holds(moment)).map_or(moment, |away| away.span.to + SECOND)
}

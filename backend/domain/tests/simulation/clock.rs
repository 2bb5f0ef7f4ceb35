//! The service's own clock, which is wrong at times and is set right again.

use crontopus_domain::Outage;

use crate::plan::{Away, DAY, HOUR, MINUTE, SECOND, Span};
use crate::random::Random;

/// A time in which the service's clock is ahead by so much; behind, when it is less than nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wrong {
    pub(crate) span: Span,
    pub(crate) by: i64,
}

/// The clock of the service over the year.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    pub(crate) wrong: Vec<Wrong>,
    /// The forward steps that the service noticed: when, in true time, and what it makes of them.
    pub(crate) jumps: Vec<(i64, Outage)>,
    /// When it notices, in true time, that its clock was set back by more than three intervals.
    pub(crate) backs: Vec<i64>,
}

impl Clock {
    /// Wrong by up to a minute for up to a day, or hours ahead for less than a minute; never while the service is away.
    pub(crate) fn of(random: &mut Random, away: &[Away]) -> Self {
        let spans = crate::plan::spans(random, 12, |random| match random.between(0, 2) {
            0 => random.between(5 * SECOND, 50 * SECOND),
            _ => random.between(MINUTE, DAY),
        });
        let mut clock = Self::default();
        for span in spans {
            let by = match span.to - span.from {
                ..MINUTE => random.between(10 * MINUTE, 2 * HOUR),
                _ => random.pick(&[-1, 1]) * random.between(SECOND, MINUTE),
            };
            if away.iter().any(|away| away.span.touches(span.from - 3 * HOUR, span.to + 3 * HOUR)) {
                continue;
            }
            // A sign of life is written every five seconds, and before anything is decided.
            let (before, after) = (random.between(0, 4_999), span.to - random.between(0, 4_999));
            let begins = Outage::between(span.from - before, span.from + by, 5_000);
            let ends = Outage::between(after + by, span.to, 5_000);
            clock.jumps.extend(begins.map(|outage| (span.from, outage)));
            clock.jumps.extend(ends.map(|outage| (span.to, outage)));
            if by.abs() > 15 * SECOND {
                clock.backs.push(if by > 0 { span.to } else { span.from } + before);
            }
            clock.wrong.push(Wrong { span, by });
        }
        clock
    }

    /// What it shows at a moment.
    pub(crate) fn shows(&self, moment: i64) -> i64 {
        moment + self.wrong.iter().find(|wrong| wrong.span.holds(moment)).map_or(0, |wrong| wrong.by)
    }

    /// The first moment from `since` on at which it shows `time` or later.
    pub(crate) fn reaches(&self, time: i64, since: i64) -> i64 {
        let mut moment = since;
        loop {
            let by = self.shows(moment) - moment;
            let edges = self.wrong.iter().flat_map(|wrong| [wrong.span.from, wrong.span.to]);
            let next = edges.filter(|edge| *edge > moment).min().unwrap_or(i64::MAX);
            let reached = moment.max(time - by);
            if reached < next {
                return reached;
            }
            moment = next;
        }
    }

    /// Whether it is wrong at any time between these.
    pub(crate) fn is_wrong(&self, from: i64, to: i64) -> bool {
        self.wrong.iter().any(|wrong| wrong.span.touches(from, to))
    }
}

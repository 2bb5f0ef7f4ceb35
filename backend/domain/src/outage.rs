words! {
    /// Why a silence says nothing about jobs.
    Cause {
        /// The service could not take check-ins.
        Away = "away",
        /// Hardly any came in, from anybody (see [`volume`](crate::volume)).
        Volume = "volume",
    }
}

/// A time in which silence says nothing about jobs. UTC milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// The last sign of life before it.
    pub from: i64,
    /// When what was kept elsewhere has had time to arrive.
    pub to: i64,
    /// Why.
    pub cause: Cause,
}

impl Cause {
    /// What a run says that is unknown because of it.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Away => "the service was away",
            Self::Volume => "hardly anything came in from anybody",
        }
    }
}

/// Longest time that reporters are given to deliver what they kept.
const SETTLING_MS: i64 = 60_000;

impl Outage {
    /// The outage between two signs of life, if there was one: when they are further apart than three times
    /// the interval between them. Reporters get as long again to deliver, a minute at most.
    pub fn between(last: i64, next: i64, interval_ms: i64) -> Option<Self> {
        let gap = next.saturating_sub(last);
        let to = next.saturating_add(gap.min(SETTLING_MS));
        (gap > interval_ms.saturating_mul(3)).then_some(Self { from: last, to, cause: Cause::Away })
    }

    /// The time from the last sign of life until a start of the service, however short it was.
    pub fn before_start(last: i64, start: i64) -> Option<Self> {
        let gap = start.saturating_sub(last);
        let to = start.saturating_add(gap.min(SETTLING_MS));
        (gap > 0).then_some(Self { from: last, to, cause: Cause::Away })
    }
}

/// An outage that took as much of a window as this may have swallowed what was to come in it: a twentieth.
const SHARE: i64 = 20;

/// The outage that may be why nothing was heard between `from` and `to`: one that covers the end of that time or
/// `likely`, when something was most likely to come, or that took a good part of it.
pub(crate) fn explaining(outages: &[Outage], from: i64, to: i64, likely: i64) -> Option<&Outage> {
    outages.iter().find(|outage| {
        let covers = |moment| (outage.from..=outage.to).contains(&moment);
        let taken = outage.to.min(to).saturating_sub(outage.from.max(from));
        let length = to.saturating_sub(from);
        covers(to) || covers(likely) || (taken > 0 && taken.saturating_mul(SHARE) >= length)
    })
}

/// The outage that `moment` falls into.
pub(crate) fn covering(outages: &[Outage], moment: i64) -> Option<&Outage> {
    outages.iter().find(|o| (o.from..=o.to).contains(&moment))
}

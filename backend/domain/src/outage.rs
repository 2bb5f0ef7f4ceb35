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

/// How many milliseconds of the time from `since` until `now` a silence says something: outages (by their beginning)
/// do not count, and after a long one, in which reporters may have given up, it begins anew.
pub fn listened(outages: &[Outage], since: i64, now: i64) -> i64 {
    let (mut counted, mut at) = (0_i64, since);
    for outage in outages.iter().filter(|outage| outage.to > since && outage.from < now) {
        counted = counted.saturating_add(outage.from.saturating_sub(at).max(0));
        at = at.max(outage.to);
        if outage.to.saturating_sub(outage.from) >= SETTLING_MS {
            counted = 0;
        }
    }
    counted.saturating_add(now.saturating_sub(at).max(0))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_do_not_count_as_silence() {
        let outage = |from, to| Outage { from, to, cause: Cause::Away };
        let check = |outages: &[Outage], wanted| {
            assert_eq!(listened(outages, 100_000, 200_000), wanted, "{outages:?}")
        };
        check(&[], 100_000);
        check(&[outage(0, 100_000), outage(200_000, 300_000)], 100_000);
        check(&[outage(110_000, 115_000), outage(112_000, 120_000), outage(150_000, 151_000)], 89_000);
        // Each short one takes its own time only, however many they are.
        let often: Vec<_> = (0..50).map(|n| outage(100_000 + n * 2_000, 100_500 + n * 2_000)).collect();
        check(&often, 75_000);
        // After a long one everybody has the whole time again.
        check(&[outage(110_000, 180_000)], 20_000);
        check(&[outage(90_000, 130_000), outage(130_000, 190_000)], 10_000);
        check(&[outage(150_000, 260_000)], 0);
        check(&[outage(0, 300_000)], 0);
    }
}

//! From local times to instants: what a schedule does at clock changes.
//!
//! Local times and instants are whole seconds since 1970-01-01 00:00 (local and UTC). The general
//! walk goes from one transition of the zone to the next; almost every question is answered by a
//! short cut that proves there is no transition nearby.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::cron::Cron;

/// What becomes of a local time that a clock change skips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// It fires once the clock has jumped.
    #[default]
    RunAfter,
    /// It does not fire that day.
    Skip,
}

/// What becomes of a local time that a clock change repeats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overlap {
    /// It fires the first time only.
    #[default]
    First,
    /// It fires both times.
    Both,
}

/// A scheduler's behaviour at clock changes, for one expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DstRule {
    pub(crate) gap: Gap,
    pub(crate) overlap: Overlap,
}

/// Debian cron takes a jump of more than three hours for a clock that was set, not for a change of
/// season, and does not run what lies between.
const LARGEST_GAP: i64 = 3 * 3_600;
/// No zone repeats more than this since the days of local mean time.
const LARGEST_OVERLAP: i64 = 3 * 3_600;
/// Two equal offsets this near to each other have no transition between them: the shortest season
/// since 1970, in northern Brazil in 2000, lasted a week.
const SHORTEST_SEASON: i64 = 6 * 86_400;
/// How far before a distant candidate the walk may begin.
const APPROACH: i64 = 2 * 86_400;

/// Whole seconds at or before `at`.
pub(crate) fn floor_second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

/// Seconds east of UTC at the instant `second`.
pub(crate) fn offset_at(zone: &TimeZone, second: i64) -> Option<i64> {
    Some(i64::from(zone.to_offset(Timestamp::from_second(second).ok()?).seconds()))
}

/// A change of offset at the instant `at`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) at: i64,
    pub(crate) before: i64,
    pub(crate) after: i64,
}

impl Change {
    /// First change after `second`, where the offset is `before`.
    pub(crate) fn following(zone: &TimeZone, second: i64, before: i64) -> Option<Self> {
        let next = zone.following(Timestamp::from_second(second).ok()?).next()?;
        let (at, after) = (next.timestamp().as_second(), i64::from(next.offset().seconds()));
        Some(Change { at, before, after })
    }

    /// Last change at or before `second`, where the offset is `after`.
    fn preceding(zone: &TimeZone, second: i64, after: i64) -> Option<Self> {
        let last = zone.preceding(Timestamp::from_second(second + 1).ok()?).next()?;
        let at = last.timestamp().as_second();
        Some(Change { at, before: offset_at(zone, at - 1)?, after })
    }

    /// First local time of the new offset that the old one had not reached.
    pub(crate) fn fresh(self) -> i64 {
        self.at + self.before.max(self.after)
    }

    pub(crate) fn runs_after(self, rule: DstRule) -> bool {
        rule.gap == Gap::RunAfter && self.after - self.before <= LARGEST_GAP
    }
}

impl Cron {
    /// First start strictly after `after` in `zone` by `rule`.
    pub(crate) fn next_instant(&self, after: Timestamp, zone: &TimeZone, rule: DstRule) -> Option<Timestamp> {
        let now = floor_second(after);
        let offset = offset_at(zone, now)?;
        let local = self.next_local(now + offset + 1)?;
        let start = local - offset;
        let near = start - now <= SHORTEST_SEASON && offset_at(zone, start)? == offset;
        if near && (rule.overlap == Overlap::Both || offset_at(zone, start - LARGEST_OVERLAP)? == offset) {
            return Timestamp::from_second(start).ok();
        }
        Timestamp::from_second(self.walk_forward(now, offset, local, zone, rule)?).ok()
    }

    fn walk_forward(
        &self,
        now: i64,
        mut offset: i64,
        mut local: i64,
        zone: &TimeZone,
        rule: DstRule,
    ) -> Option<i64> {
        let mut from = now;
        if rule.overlap == Overlap::First
            && offset_at(zone, now - LARGEST_OVERLAP)? != offset
            && let Some(change) = Change::preceding(zone, now, offset)
            && local < change.fresh()
        {
            // `now` is in the second pass of a repeated time: what it repeats is done.
            local = self.next_local(change.fresh())?;
        }
        // Seasons that hold no candidate are jumped over, unless a time just passed comes again.
        if local - offset - now > SHORTEST_SEASON
            && (rule.overlap == Overlap::First || offset_at(zone, now + LARGEST_OVERLAP)? == offset)
        {
            from = local - offset - APPROACH;
            offset = offset_at(zone, from)?;
        }
        loop {
            let Some(change) = Change::following(zone, from, offset) else { return Some(local - offset) };
            if local - offset < change.at {
                return Some(local - offset);
            }
            if change.after > change.before {
                if local < change.fresh() {
                    if change.runs_after(rule) {
                        return Some(change.at);
                    }
                    local = self.next_local(change.fresh())?;
                }
            } else if rule.overlap == Overlap::Both {
                local = self.next_local(change.at + change.after)?;
            }
            (from, offset) = (change.at, change.after);
        }
    }

    /// Last start at or before `at` in `zone` by `rule`.
    pub(crate) fn prev_instant(&self, at: Timestamp, zone: &TimeZone, rule: DstRule) -> Option<Timestamp> {
        let now = floor_second(at);
        let offset = offset_at(zone, now)?;
        let local = self.prev_local(now + offset)?;
        let start = local - offset;
        let near = now - start <= SHORTEST_SEASON && offset_at(zone, start)? == offset;
        if near && (rule.overlap == Overlap::Both || offset_at(zone, start - LARGEST_OVERLAP)? == offset) {
            return Timestamp::from_second(start).ok();
        }
        Timestamp::from_second(self.walk_back(now, offset, local, zone, rule)?).ok()
    }

    fn walk_back(
        &self,
        now: i64,
        mut offset: i64,
        mut local: i64,
        zone: &TimeZone,
        rule: DstRule,
    ) -> Option<i64> {
        let mut from = now;
        // Seasons that hold no candidate are jumped over, unless a repeated time just ended.
        if now - (local - offset) > SHORTEST_SEASON && offset_at(zone, now - LARGEST_OVERLAP)? == offset {
            from = local - offset + APPROACH;
            offset = offset_at(zone, from)?;
        }
        loop {
            let Some(change) = Change::preceding(zone, from, offset) else { return Some(local - offset) };
            let repeats = change.after < change.before;
            let own = match rule.overlap {
                Overlap::First if repeats => change.fresh(),
                _ => change.at + change.after,
            };
            if local >= own {
                return Some(local - offset);
            }
            let end = change.at + change.before - 1;
            if repeats {
                // The first pass ends later on the clock than the second began.
                local = self.prev_local(end)?;
            } else if local > end {
                if change.runs_after(rule) {
                    return Some(change.at);
                }
                local = self.prev_local(end)?;
            }
            (from, offset) = (change.at - 1, change.before);
        }
    }
}

//! What the changes of a zone's clock mean for a schedule, so that somebody can be told before it happens.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cron::Cron;
use crate::firing::{Change, Gap, Overlap, floor_second, offset_at};
use crate::profile::Profile;
use crate::schedule::Schedule;

/// A change of the clock that touches a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockChange {
    /// The instant at which the clock changes.
    pub at: Timestamp,
    /// The local time at which the clock would have shown the start, seconds since 1970-01-01 00:00.
    pub local: i64,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a start whose local time is skipped or comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The time is skipped, and so is the start.
    Lost,
    /// The time is skipped; it starts once the clock has jumped.
    Moved,
    /// The time comes twice, and it starts both times.
    Twice,
    /// The time comes twice; it starts the first time only.
    Once,
}

/// Changes of the clock in `zone` after `after` and before `until` that touch a start of `schedule`, in order:
/// for each change and expression the first start that is touched. Expressions that follow real time (every
/// hour, on schedulers that treat them so) are touched by none.
pub fn clock_changes(
    schedule: &Schedule,
    zone: &TimeZone,
    profile: Profile,
    after: Timestamp,
    until: Timestamp,
) -> Vec<ClockChange> {
    let Schedule::Cron(crons) = schedule else { return Vec::new() };
    let mut found = Vec::new();
    for cron in crons.iter().filter(|cron| !cron.runs_every_hour()) {
        found.extend(of_cron(cron, zone, profile, (after, until)));
    }
    found.sort_by_key(|change| (change.at, change.local));
    found.dedup();
    found
}

fn of_cron(
    cron: &Cron,
    zone: &TimeZone,
    profile: Profile,
    (after, until): (Timestamp, Timestamp),
) -> Vec<ClockChange> {
    let rule = profile.dst_rule(cron);
    let (mut from, end) = (floor_second(after), floor_second(until));
    let mut found = Vec::new();
    while let Some(offset) = offset_at(zone, from)
        && let Some(change) = Change::following(zone, from, offset)
        && change.at < end
    {
        from = change.at;
        let (earlier, later) = (change.before.min(change.after), change.before.max(change.after));
        let touched = cron.next_local(change.at + earlier).filter(|local| *local < change.at + later);
        let Some(local) = touched else { continue };
        let fate = match (change.after > change.before, rule.gap, rule.overlap) {
            (true, Gap::RunAfter, _) if change.runs_after(rule) => Fate::Moved,
            (true, _, _) => Fate::Lost,
            (false, _, Overlap::Both) => Fate::Twice,
            (false, _, Overlap::First) => Fate::Once,
        };
        let Ok(at) = Timestamp::from_second(change.at) else { break };
        found.push(ClockChange { at, local, fate });
    }
    found
}

//! The offsets of a zone over the years a rendering is for.

use jiff::{Timestamp, tz::TimeZone};

use crate::calendar::{DAY, Date};
use crate::firing::{Change, floor_second, offset_at};

/// The time a rendering must be right for, in seconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Window {
    /// The calendar year of `now` (UTC) and the two that follow, with two days at either end.
    pub(super) fn around(now: Timestamp) -> Self {
        let year = Date::from_days(floor_second(now).div_euclid(DAY)).year;
        let new_year = |year| Date { year, month: 1, day: 1 }.to_days() * DAY;
        Window { start: new_year(year) - 2 * DAY, end: new_year(year + 3) + 2 * DAY }
    }
}

/// A stretch of time with one offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Season {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Seconds east of UTC.
    pub(super) offset: i64,
}

/// The changes of `zone` within the window.
pub(super) fn changes(zone: &TimeZone, window: Window) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut at = window.start;
    let Some(mut offset) = offset_at(zone, at) else { return changes };
    while let Some(change) = Change::following(zone, at, offset).filter(|change| change.at < window.end) {
        (at, offset) = (change.at, change.after);
        if change.before != change.after {
            changes.push(change);
        }
    }
    changes
}

/// The seasons of `zone` within the window, without a break.
pub(super) fn seasons(zone: &TimeZone, window: Window) -> Vec<Season> {
    let Some(first) = offset_at(zone, window.start) else { return Vec::new() };
    let mut seasons = vec![Season { start: window.start, end: window.end, offset: first }];
    for change in changes(zone, window) {
        if let Some(last) = seasons.last_mut() {
            last.end = change.at;
        }
        seasons.push(Season { start: change.at, end: window.end, offset: change.after });
    }
    seasons
}

/// The seasons of the difference `to - from`.
pub(super) fn differences(from: &TimeZone, to: &TimeZone, window: Window) -> Vec<Season> {
    let (from, to) = (seasons(from, window), seasons(to, window));
    let mut found = Vec::new();
    for a in &from {
        for b in &to {
            let (start, end) = (a.start.max(b.start), a.end.min(b.end));
            if start < end {
                found.push(Season { start, end, offset: b.offset - a.offset });
            }
        }
    }
    found
}

//! Values of systemd's `OnCalendar=`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::day_set::{ALL_MONTHS, DaySet, day_sets};
use super::line::Line;
use super::list;
use super::season::{changes, seasons};
use super::superset::{Zones, daily_tables};
use super::table::Table;
use crate::calendar::{DAY, Date};
use crate::cron::{ALL_DAYS, ALL_HOURS, ALL_WEEKDAYS, Cron};
use crate::every::Every;
use crate::firing::{Change, DstRule, Gap, Overlap};

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const ALL_SIXTY: u64 = (1 << 60) - 1;

/// The values that hold `crons` exactly, or why there are none.
pub(super) fn native(crons: &[Cron], zones: &Zones<'_>) -> Result<Vec<String>, String> {
    if let Some(cron) = crons.iter().find(|cron| cron.is_extended()) {
        return Err(format!("systemd cannot hold the `L`, `W` or `#` of `{cron}`"));
    }
    if let Some(cron) = crons.iter().find(|cron| is_uncertain(cron, zones)) {
        let name = zones.job_name;
        return Err(format!("systemd is not reliable at the clock changes of {name}, which `{cron}` meets"));
    }
    let mut values = Vec::new();
    for cron in crons {
        match in_utc(cron, zones) {
            Some(value) => values.push(value),
            None => {
                values.extend(lines(cron).iter().map(|line| value(line, zones.job_name)));
                values.extend(lost(cron, zones));
            }
        }
    }
    values.dedup();
    Ok(values)
}

/// The values that hold an interval exactly, or why there are none.
pub(super) fn native_every(every: Every) -> Result<Vec<String>, String> {
    if DAY % i64::from(every.seconds()) != 0 {
        return Err(format!("{every} does not divide a day"));
    }
    let mut values = Vec::new();
    for (seconds, table) in daily_tables(every) {
        for (minutes, hours) in table.groups() {
            values.push(value(&Line { seconds, minutes, hours, days: DaySet::EVERY_DAY }, "UTC"));
        }
    }
    Ok(values)
}

/// Writes a line: `Mon,Tue *-01-02,03 04,05:00:00 Europe/Berlin`. Only lists: steps in hours make
/// systemd fail just before a clock change.
pub(super) fn value(line: &Line, zone: &str) -> String {
    let write = |set: u64, all: u64| if set == all { "*".to_owned() } else { list::explicit(set, 2) };
    let weekdays = if line.days.dow == ALL_WEEKDAYS {
        String::new()
    } else {
        let names = list::values(u64::from(line.days.dow)).map(|day| WEEKDAYS[day as usize % 7]);
        names.collect::<Vec<_>>().join(",") + " "
    };
    format!(
        "{weekdays}*-{}-{} {}:{}:{} {zone}",
        write(u64::from(line.days.months), u64::from(ALL_MONTHS)),
        write(u64::from(line.days.dom), u64::from(ALL_DAYS)),
        write(u64::from(line.hours), u64::from(ALL_HOURS)),
        write(line.minutes, ALL_SIXTY),
        write(line.seconds, ALL_SIXTY),
    )
}

/// An expression for every hour of every day, in UTC: in a zone with clock changes systemd would
/// lose the repeated hour.
fn in_utc(cron: &Cron, zones: &Zones<'_>) -> Option<String> {
    if !cron.runs_every_hour() || !cron.days().is_every_day() || cron.months() != ALL_MONTHS {
        return None;
    }
    let table = Table::of(cron.moments());
    let seasons = seasons(&zones.job, zones.window);
    let mut tables = seasons.iter().map(|season| table.turned_daily(-season.offset.div_euclid(60)));
    let first = tables.next()?;
    if !tables.all(|table| table == first) {
        return None;
    }
    let (minutes, hours) = first.groups().first().copied()?;
    Some(value(&Line { seconds: cron.moments().seconds, minutes, hours, days: DaySet::EVERY_DAY }, "UTC"))
}

/// One line, or two where dates or weekdays may hold.
fn lines(cron: &Cron) -> Vec<Line> {
    let moments = cron.moments();
    let every_day = DaySet { months: cron.months(), ..DaySet::EVERY_DAY };
    let sets =
        if cron.days().is_every_day() { vec![every_day] } else { day_sets(cron.days(), cron.months()) };
    sets.into_iter()
        .map(|days| Line { seconds: moments.seconds, minutes: moments.minutes, hours: moments.hours, days })
        .collect()
}

/// The starts around clock changes that systemd would pass over, by date in UTC.
fn lost(cron: &Cron, zones: &Zones<'_>) -> Vec<String> {
    let mut values = Vec::new();
    for change in changes(&zones.job, zones.window) {
        let plain = is_plain(change, &zones.job);
        if change.after < change.before {
            if cron.runs_every_hour() {
                let both = DstRule { gap: Gap::Skip, overlap: Overlap::Both };
                let length = change.before - change.after;
                let first = if plain { change.at } else { change.at - length };
                dated(&starts(cron, first, change.at + length, &zones.job, both), &mut values);
            }
        } else if !plain && names_local(cron, change.at + change.before, change.at + change.after) {
            // A skipped time can make systemd leave out the rest of that day.
            let skip = DstRule { gap: Gap::Skip, overlap: Overlap::First };
            let midnight = (change.at + change.after).div_euclid(DAY) * DAY + DAY - change.after;
            dated(&starts(cron, change.at, midnight, &zones.job, skip), &mut values);
        }
    }
    values
}

/// A change at which systemd may take the second pass of a repeated time for the first.
fn is_uncertain(cron: &Cron, zones: &Zones<'_>) -> bool {
    !cron.runs_every_hour()
        && changes(&zones.job, zones.window).into_iter().any(|change| {
            change.after < change.before
                && !is_plain(change, &zones.job)
                && names_local(cron, change.at + change.after, change.at + change.before)
        })
}

fn names_local(cron: &Cron, from: i64, end: i64) -> bool {
    cron.next_local(from).is_some_and(|local| local < end)
}

/// Whether systemd was seen to do what it says at such a change: whole hours, away from midnight,
/// in a zone that counts summer as the season that differs (unlike Dublin).
fn is_plain(change: Change, zone: &TimeZone) -> bool {
    let is_dst =
        |second| Timestamp::from_second(second).is_ok_and(|at| zone.to_offset_info(at).dst().is_dst());
    let (first, last) = (change.at + change.before.min(change.after), change.fresh());
    let backwards = match change.after > change.before {
        true => is_dst(change.at - 1) && !is_dst(change.at),
        false => !is_dst(change.at - 1) && is_dst(change.at),
    };
    let whole_hours = first % 3_600 == 0 && last % 3_600 == 0;
    // Local midnight is neither repeated, nor skipped, nor where the change ends.
    let at_midnight = first.div_euclid(DAY) != last.div_euclid(DAY) || first % DAY == 0;
    !backwards && whole_hours && !at_midnight
}

/// Starts from `from` on and before `end`.
fn starts(cron: &Cron, from: i64, end: i64, zone: &TimeZone, rule: DstRule) -> Vec<i64> {
    let next = |after: i64| {
        let start = cron.next_instant(Timestamp::from_second(after).ok()?, zone, rule)?.as_second();
        (start < end).then_some(start)
    };
    std::iter::successors(next(from - 1), |last| next(*last)).collect()
}

/// Writes instants as dates in UTC, few of them: hours with the same minutes share a value.
fn dated(instants: &[i64], values: &mut Vec<String>) {
    let mut hours = BTreeMap::<i64, (u64, u64)>::new();
    for instant in instants {
        let (minutes, seconds) = hours.entry(instant.div_euclid(3_600)).or_default();
        *minutes |= 1 << instant.div_euclid(60).rem_euclid(60);
        *seconds |= 1 << instant.rem_euclid(60);
    }
    let mut dates = BTreeMap::<(i64, u64, u64), u64>::new();
    for (hour, (minutes, seconds)) in hours {
        *dates.entry((hour.div_euclid(24), minutes, seconds)).or_default() |= 1 << hour.rem_euclid(24);
    }
    for ((day, minutes, seconds), hours) in dates {
        let Date { year, month, day } = Date::from_days(day);
        let [hours, minutes, seconds] = [hours, minutes, seconds].map(|set| list::explicit(set, 2));
        values.push(format!("{year:04}-{month:02}-{day:02} {hours}:{minutes}:{seconds} UTC"));
    }
}

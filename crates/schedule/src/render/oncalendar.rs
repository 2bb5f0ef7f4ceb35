//! Values of systemd's `OnCalendar=`.

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
use crate::firing::{DstRule, Gap, Overlap};

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const ALL_SIXTY: u64 = (1 << 60) - 1;

/// The values that hold `crons` exactly, or why there are none.
pub(super) fn native(crons: &[Cron], zones: &Zones<'_>) -> Result<Vec<String>, String> {
    if let Some(cron) = crons.iter().find(|cron| cron.is_extended()) {
        return Err(format!("systemd cannot hold the `L`, `W` or `#` of `{cron}`"));
    }
    let mut values = Vec::new();
    for cron in crons {
        match in_utc(cron, zones) {
            Some(value) => values.push(value),
            None => {
                values.extend(lines(cron).iter().map(|line| value(line, zones.job_name)));
                if cron.runs_every_hour() {
                    values.extend(repeated(cron, zones));
                }
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

/// The starts in the second pass of a repeated time, by date in UTC: systemd passes over them.
fn repeated(cron: &Cron, zones: &Zones<'_>) -> Vec<String> {
    let rule = DstRule { gap: Gap::Skip, overlap: Overlap::Both };
    let mut values = Vec::new();
    for change in changes(&zones.job, zones.window) {
        let end = change.at + change.before - change.after;
        // Seconds and minutes by hour; minutes with the same seconds share a value.
        let mut found: Vec<(i64, u64, u64)> = Vec::new();
        let mut at = change.at - 1;
        while let Some(next) = next_second(cron, at, &zones.job, rule).filter(|next| *next < end) {
            let (hour, minute, second) = (next.div_euclid(3_600), next / 60 % 60, next % 60);
            match found.iter_mut().find(|known| known.0 == hour) {
                Some(known) => {
                    known.1 |= 1 << minute;
                    known.2 |= 1 << second;
                }
                None => found.push((hour, 1 << minute, 1 << second)),
            }
            at = next;
        }
        for (hour, minutes, seconds) in found {
            let date = Date::from_days(hour.div_euclid(24));
            values.push(format!(
                "{:04}-{:02}-{:02} {:02}:{}:{} UTC",
                date.year,
                date.month,
                date.day,
                hour.rem_euclid(24),
                list::explicit(minutes, 2),
                list::explicit(seconds, 2),
            ));
        }
    }
    values
}

fn next_second(cron: &Cron, after: i64, zone: &TimeZone, rule: DstRule) -> Option<i64> {
    let after = jiff::Timestamp::from_second(after).ok()?;
    cron.next_instant(after, zone, rule).map(jiff::Timestamp::as_second)
}

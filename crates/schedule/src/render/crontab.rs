//! Crontab lines.

use super::day_set::{ALL_MONTHS, DaySet};
use super::line::Line;
use super::list;
use super::season::{changes, seasons};
use super::superset::{Zones, daily_tables};
use super::table::Table;
use super::unsupported::Unsupported;
use crate::cron::{ALL_DAYS, ALL_HOURS, ALL_WEEKDAYS, Cron, Field};
use crate::every::Every;
use crate::profile::Profile;

/// Entries, or why there are no exact ones.
type Native = Result<Vec<String>, String>;

/// The lines that hold `crons` exactly, or why there are none.
pub(super) fn native(crons: &[Cron], zones: &Zones<'_>, profile: Profile) -> Result<Native, Unsupported> {
    if let Some(cron) = crons.iter().find(|cron| cron.has_seconds()) {
        return Err(Unsupported::Seconds { profile, schedule: cron.to_string() });
    }
    if seasons(&zones.job, zones.window) != seasons(&zones.host, zones.window) {
        return Ok(Err(format!(
            "{profile} keeps the host's time zone {}, the job's is {}",
            zones.host_name, zones.job_name
        )));
    }
    if let Some(cron) = crons.iter().find(|cron| cron.is_extended()) {
        return Ok(Err(format!("{profile} does not know the `L`, `W` or `#` of `{cron}`")));
    }
    if profile == Profile::Busybox
        && let Some(cron) = crons.iter().find(|cron| asks_for_both(cron))
    {
        return Ok(Err(format!("{profile} cannot ask for date and weekday at once, as `{cron}` does")));
    }
    if let Some((a, b)) = coinciding(crons) {
        return Ok(Err(format!("{profile} would start the job twice where `{a}` and `{b}` coincide")));
    }
    Ok(Ok(crons
        .iter()
        .map(|cron| if profile == Profile::Busybox { explicit(cron) } else { vixie(cron) })
        .collect()))
}

/// The lines that hold an interval exactly, or why there are none.
pub(super) fn native_every(every: Every, zones: &Zones<'_>, profile: Profile) -> Result<Native, Unsupported> {
    let seconds = every.seconds();
    if !seconds.is_multiple_of(60) {
        return Err(Unsupported::Seconds { profile, schedule: format!("every: {every}") });
    }
    if !86_400_u32.is_multiple_of(seconds) {
        return Ok(Err(format!("{every} does not divide a day")));
    }
    let Some((_, table)) = daily_tables(every).first().copied() else { return Ok(Ok(Vec::new())) };
    let offsets: Vec<i64> =
        seasons(&zones.host, zones.window).iter().map(|season| season.offset / 60).collect();
    let first = table.turned_daily(offsets.first().copied().unwrap_or(0));
    let alike = |ahead: &i64| table.turned_daily(*ahead) == first;
    if offsets.iter().all(alike) && (first.is_hourly() || changes(&zones.host, zones.window).is_empty()) {
        return Ok(Ok(lines_of(&first, profile)));
    }
    Ok(Err(format!("{profile} follows the clock changes of {}, intervals do not", zones.host_name)))
}

fn lines_of(table: &Table, profile: Profile) -> Vec<String> {
    let days = DaySet::EVERY_DAY;
    let groups = table.groups().into_iter();
    groups.map(|(minutes, hours)| line(&Line { seconds: 1, minutes, hours, days }, profile)).collect()
}

/// Writes a line whose dates and weekdays are not both restricted.
pub(super) fn line(line: &Line, profile: Profile) -> String {
    let write = |set: u64, all: u64| match profile {
        _ if set == all => "*".to_owned(),
        Profile::Busybox => list::explicit(set, 0),
        _ => list::compact(set),
    };
    format!(
        "{} {} {} {} {}",
        write(line.minutes, ALL_MINUTES),
        write(u64::from(line.hours), u64::from(ALL_HOURS)),
        write(u64::from(line.days.dom), u64::from(ALL_DAYS)),
        write(u64::from(line.days.months), u64::from(ALL_MONTHS)),
        write(u64::from(line.days.dow), u64::from(ALL_WEEKDAYS)),
    )
}

const ALL_MINUTES: u64 = (1 << 60) - 1;

/// Dates and weekdays are both restricted, and both must hold.
fn asks_for_both(cron: &Cron) -> bool {
    let days = cron.days();
    !days.either && days.dom != ALL_DAYS && days.dow != ALL_WEEKDAYS
}

/// For Vixie's descendants, where a leading `*` has a meaning of its own: it is kept in minutes and
/// hours (real time at clock changes), and in dates and weekdays when both must hold.
fn vixie(cron: &Cron) -> String {
    let moments = cron.moments();
    let starred = |field: Field, keep: bool, set: u64| match cron.field_text(field) {
        text if keep && text.starts_with('*') => text.to_owned(),
        _ => list::compact(set),
    };
    let (dom, dow) = (u64::from(cron.days().dom), u64::from(cron.days().dow));
    let (dom, dow) = if asks_for_both(cron) {
        (starred(Field::DayOfMonth, true, dom), starred(Field::DayOfWeek, true, dow))
    } else {
        plain_days(cron, list::compact)
    };
    format!(
        "{} {} {dom} {} {dow}",
        starred(Field::Minute, cron.minute_star(), moments.minutes),
        starred(Field::Hour, cron.hour_star(), u64::from(moments.hours)),
        months(cron, list::compact),
    )
}

/// For busybox, which reads steps in its own way: nothing but lists.
fn explicit(cron: &Cron) -> String {
    let moments = cron.moments();
    let list = |set: u64| list::explicit(set, 0);
    let or_star = |set: u64, all: u64| if set == all { "*".to_owned() } else { list(set) };
    let (dom, dow) = plain_days(cron, list);
    format!(
        "{} {} {dom} {} {dow}",
        or_star(moments.minutes, ALL_MINUTES),
        or_star(u64::from(moments.hours), u64::from(ALL_HOURS)),
        months(cron, list),
    )
}

/// Dates and weekdays, unless both must hold.
fn plain_days(cron: &Cron, list: impl Fn(u64) -> String) -> (String, String) {
    let days = cron.days();
    let star = || "*".to_owned();
    if days.is_every_day() {
        return (star(), star());
    }
    let dom = if days.dom == ALL_DAYS { star() } else { list(u64::from(days.dom)) };
    let dow = if days.dow == ALL_WEEKDAYS { star() } else { list(u64::from(days.dow)) };
    (dom, dow)
}

fn months(cron: &Cron, list: impl Fn(u64) -> String) -> String {
    if cron.months() == ALL_MONTHS { "*".to_owned() } else { list(u64::from(cron.months())) }
}

/// Two expressions that can name the same minute.
fn coinciding(crons: &[Cron]) -> Option<(&Cron, &Cron)> {
    let pairs = crons.iter().enumerate().flat_map(|(i, a)| crons[i + 1..].iter().map(move |b| (a, b)));
    pairs.into_iter().find(|(a, b)| {
        let (x, y) = (a.moments(), b.moments());
        let months = a.months() & b.months();
        let days = (28..=31).any(|len| {
            (0..7).any(|first| a.days().of_month(len, first) & b.days().of_month(len, first) != 0)
        });
        x.minutes & y.minutes != 0 && x.hours & y.hours != 0 && months != 0 && days
    })
}

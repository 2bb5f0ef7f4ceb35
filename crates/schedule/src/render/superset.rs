//! Lines that fire at every true start and a little more often, for what a scheduler cannot hold.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use super::day_set::{DaySet, day_sets};
use super::line::{Line, merged, share_of_days};
use super::season::{Season, Window, changes, differences};
use super::table::Table;
use super::unsupported::{MOST_VAIN, Unsupported};
use crate::calendar::{DAY, Date};
use crate::cron::{ALL_DAYS, ALL_HOURS, Cron};
use crate::every::Every;
use crate::profile::Profile;
use crate::schedule::Schedule;

/// The zones of a rendering.
pub(super) struct Zones<'n> {
    pub(super) job: TimeZone,
    pub(super) job_name: &'n str,
    pub(super) host: TimeZone,
    pub(super) host_name: &'n str,
    pub(super) window: Window,
}

/// Lines for `schedule`: crontab lines in the host's zone, calendar events in UTC.
pub(super) fn build(
    schedule: &Schedule,
    zones: &Zones<'_>,
    profile: Profile,
    why: &str,
) -> Result<Vec<Line>, Unsupported> {
    let target = if profile == Profile::Systemd { TimeZone::UTC } else { zones.host.clone() };
    let builder = Builder { schedule, zones, profile, target };
    let wanted = per_day(schedule);
    let mut extra = 0.0;
    for precision in [Precision::Coarse, Precision::Fine] {
        let lines = builder.lines(precision);
        extra = lines.iter().map(Line::per_day).sum::<f64>() - wanted;
        if extra <= f64::from(MOST_VAIN) {
            return Ok(lines);
        }
    }
    Err(Unsupported::TooManyWakeUps {
        profile,
        schedule: match schedule {
            Schedule::Cron(crons) => crons.iter().map(Cron::to_string).collect::<Vec<_>>().join("; "),
            Schedule::Every(every) => format!("every: {every}"),
            Schedule::Reboot | Schedule::OnDemand => String::new(),
        },
        why: why.to_owned(),
        extra: extra.ceil() as u32,
    })
}

/// True starts a day, on average.
fn per_day(schedule: &Schedule) -> f64 {
    match schedule {
        Schedule::Cron(crons) => crons
            .iter()
            .map(|cron| f64::from(cron.moments().count()) * share_of_days(cron.days(), cron.months()))
            .sum(),
        Schedule::Every(every) => DAY as f64 / f64::from(every.seconds()),
        Schedule::Reboot | Schedule::OnDemand => 0.0,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Precision {
    /// All offsets hold all year: the fewest lines.
    Coarse,
    /// Each offset holds on the dates of its season.
    Fine,
}

struct Builder<'b> {
    schedule: &'b Schedule,
    zones: &'b Zones<'b>,
    profile: Profile,
    target: TimeZone,
}

impl Builder<'_> {
    fn lines(&self, precision: Precision) -> Vec<Line> {
        let mut lines = Vec::new();
        match self.schedule {
            Schedule::Cron(crons) => {
                let seasons = self.seasons(&self.zones.job, precision);
                for cron in crons {
                    let days = day_sets(cron.days(), cron.months());
                    let table = Table::of(cron.moments());
                    self.turn(&table, cron.moments().seconds, &days, &seasons, &mut lines);
                }
            }
            Schedule::Every(every) => {
                let seasons = self.seasons(&TimeZone::UTC, precision);
                for (seconds, table) in daily_tables(*every) {
                    self.turn(&table, seconds, &[DaySet::EVERY_DAY], &seasons, &mut lines);
                }
            }
            Schedule::Reboot | Schedule::OnDemand => {}
        }
        self.add_skipped(&mut lines);
        if matches!(self.profile, Profile::DebianCron | Profile::Cronie) {
            self.add_repeated(&mut lines);
        }
        merged(lines)
    }

    /// Minutes by which the target's clock is ahead, and the dates on which it is.
    fn seasons(&self, from: &TimeZone, precision: Precision) -> Vec<(i64, Vec<DaySet>)> {
        let mut found = BTreeMap::<i64, Vec<Season>>::new();
        for season in differences(from, &self.target, self.zones.window) {
            found.entry(season.offset.div_euclid(60)).or_default().push(season);
        }
        let dates = |seasons: &[Season]| match precision {
            Precision::Coarse => vec![DaySet::EVERY_DAY],
            Precision::Fine => self.dates_of(seasons),
        };
        found.into_iter().map(|(ahead, seasons)| (ahead, dates(&seasons))).collect()
    }

    /// The dates of the target's calendar that the seasons touch in any year.
    fn dates_of(&self, seasons: &[Season]) -> Vec<DaySet> {
        let mut by_month = [0_u32; 13];
        for season in seasons {
            let (first, last) = (self.local_day(season.start), self.local_day(season.end));
            for day in first..=last {
                let date = Date::from_days(day);
                by_month[date.month as usize] |= 1 << date.day;
            }
        }
        // Months that are whole, whatever their length, are alike.
        for (month, days) in by_month.iter_mut().enumerate().skip(1) {
            let whole = ALL_DAYS & (u32::MAX >> (31 - month_days(month)));
            if *days & whole == whole {
                *days = ALL_DAYS;
            }
        }
        let mut sets: Vec<DaySet> = Vec::new();
        for (month, &dom) in by_month.iter().enumerate().filter(|(_, dom)| **dom != 0) {
            match sets.iter_mut().find(|set| set.dom == dom) {
                Some(set) => set.months |= 1 << month,
                None => sets.push(DaySet { dom, months: 1 << month, ..DaySet::EVERY_DAY }),
            }
        }
        sets
    }

    fn local_day(&self, second: i64) -> i64 {
        let offset = crate::firing::offset_at(&self.target, second).unwrap_or(0);
        (second + offset).div_euclid(DAY)
    }

    /// Adds the lines that hold `table` on `days` when it is read on the target's clock.
    fn turn(
        &self,
        table: &Table,
        seconds: u64,
        days: &[DaySet],
        seasons: &[(i64, Vec<DaySet>)],
        lines: &mut Vec<Line>,
    ) {
        for (ahead, dates) in seasons {
            for (shift, table) in table.turned(*ahead) {
                let shifted = days.iter().flat_map(|set| set.shifted(shift));
                let dated = shifted.flat_map(|set| dates.iter().filter_map(move |dates| set.and(*dates)));
                for days in dated.map(|set| self.holdable(set)) {
                    let groups = table.groups().into_iter();
                    lines.extend(groups.map(|(minutes, hours)| Line { seconds, minutes, hours, days }));
                }
            }
        }
    }

    fn holdable(&self, days: DaySet) -> DaySet {
        let days = days.within_months();
        if self.profile == Profile::Systemd { days } else { days.one_field() }
    }

    /// Starts that a clock change of the job's zone moves to the moment after it.
    fn add_skipped(&self, lines: &mut Vec<Line>) {
        for change in changes(&self.zones.job, self.zones.window) {
            let Ok(at) = Timestamp::from_second(change.at) else { continue };
            // A start that falls there on the clock is held already.
            let moved = self.last_start(at, Profile::Guarded) == Some(change.at)
                && self.last_start(at, Profile::Busybox) != Some(change.at);
            if change.after > change.before && moved {
                lines.push(self.dated(change.at));
            }
        }
    }

    /// Starts in the second pass of a time that the host's clock repeats: cron's fixed times have
    /// run by then, so that day gets a line with an open hour, which runs in real time.
    fn add_repeated(&self, lines: &mut Vec<Line>) {
        for change in changes(&self.target, self.zones.window) {
            let end = change.at + change.before - change.after;
            let mut at = change.at - 1;
            while let Some(next) = Timestamp::from_second(at).ok().and_then(|at| self.next_true_start(at)) {
                if next >= end {
                    break;
                }
                lines.push(Line { hours: ALL_HOURS, ..self.dated(next) });
                at = next;
            }
        }
    }

    /// A line for one instant.
    fn dated(&self, instant: i64) -> Line {
        let local = instant + crate::firing::offset_at(&self.target, instant).unwrap_or(0);
        let date = Date::from_days(local.div_euclid(DAY));
        let minute = local.rem_euclid(DAY) / 60;
        Line {
            seconds: 1 << local.rem_euclid(60),
            minutes: 1 << (minute % 60),
            hours: 1 << (minute / 60),
            days: DaySet { dom: 1 << date.day, months: 1 << date.month, ..DaySet::EVERY_DAY },
        }
    }

    fn last_start(&self, at: Timestamp, profile: Profile) -> Option<i64> {
        self.schedule.prev(at, &self.zones.job, profile).map(Timestamp::as_second)
    }

    fn next_true_start(&self, after: Timestamp) -> Option<i64> {
        self.schedule.next(after, &self.zones.job, Profile::Guarded).map(Timestamp::as_second)
    }
}

/// Days that the month has every year.
fn month_days(month: usize) -> u32 {
    crate::calendar::month_len(2027, month as u32)
}

/// The times of day (UTC) at which an interval can end, by seconds.
pub(super) fn daily_tables(every: Every) -> Vec<(u64, Table)> {
    let step = gcd(i64::from(every.seconds()), DAY);
    let mut by_second = BTreeMap::<i64, Table>::new();
    for second in (0..DAY).step_by(step as usize) {
        by_second.entry(second % 60).or_default().insert(second / 60);
    }
    let mut tables: Vec<(u64, Table)> = Vec::new();
    for (second, table) in by_second {
        match tables.iter_mut().find(|known| known.1 == table) {
            Some(known) => known.0 |= 1 << second,
            None => tables.push((1 << second, table)),
        }
    }
    tables
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

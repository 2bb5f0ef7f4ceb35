//! One line of a crontab or one calendar event, before it is written.

use super::day_set::{ALL_MONTHS, DaySet};
use crate::calendar::month_len;
use crate::cron::{ALL_DAYS, ALL_WEEKDAYS, Days};

/// Times of day on a set of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) seconds: u64,
    pub(super) minutes: u64,
    pub(super) hours: u32,
    pub(super) days: DaySet,
}

impl Line {
    /// Average number of times a day, over four years.
    pub(super) fn per_day(&self) -> f64 {
        let moments = self.seconds.count_ones() * self.minutes.count_ones() * self.hours.count_ones();
        f64::from(moments) * share_of_days(&self.as_days(), self.days.months)
    }

    /// Whether any year has such a day: schedulers refuse 30 February.
    fn ever_fires(&self) -> bool {
        self.as_days().ever_match(self.days.months)
    }

    fn as_days(&self) -> Days {
        Days { dom: self.days.dom, dow: self.days.dow, either: false, special: None }
    }

    fn holds(&self, other: &Line) -> bool {
        self.seconds & other.seconds == other.seconds
            && self.minutes & other.minutes == other.minutes
            && self.hours & other.hours == other.hours
            && self.days.and(other.days) == Some(other.days)
    }

    /// The union, where one line can say exactly that.
    fn joined(&self, other: &Line) -> Option<Line> {
        let (a, b) = (self, other);
        let joined = Line {
            seconds: a.seconds | b.seconds,
            minutes: a.minutes | b.minutes,
            hours: a.hours | b.hours,
            days: DaySet {
                dom: a.days.dom | b.days.dom,
                dow: a.days.dow | b.days.dow,
                months: a.days.months | b.days.months,
            },
        };
        let differences = [
            a.seconds != b.seconds,
            a.minutes != b.minutes,
            a.hours != b.hours,
            a.days.dom != b.days.dom,
            a.days.dow != b.days.dow,
            a.days.months != b.days.months,
        ];
        (differences.into_iter().filter(|differs| *differs).count() <= 1).then_some(joined)
    }
}

/// Average share of the days that match, over four years.
pub(super) fn share_of_days(days: &Days, months: u16) -> f64 {
    let mut first = crate::calendar::Date { year: 2025, month: 1, day: 1 }.to_days();
    let mut matching = 0;
    for year in 2025..2029 {
        for month in 1..=12 {
            let len = month_len(year, month);
            if months >> month & 1 == 1 {
                matching += days.of_month(len, crate::calendar::weekday(first)).count_ones();
            }
            first += i64::from(len);
        }
    }
    f64::from(matching) / 1_461.0
}

/// Fewer lines that say the same.
pub(super) fn merged(mut lines: Vec<Line>) -> Vec<Line> {
    lines.retain(Line::ever_fires);
    'again: loop {
        for i in 0..lines.len() {
            for j in 0..lines.len() {
                if i == j {
                    continue;
                }
                let union =
                    if lines[i].holds(&lines[j]) { Some(lines[i]) } else { lines[i].joined(&lines[j]) };
                if let Some(union) = union {
                    lines[i] = union;
                    lines.remove(j);
                    continue 'again;
                }
            }
        }
        break;
    }
    lines.sort_by_key(|line| {
        (line.days.months != ALL_MONTHS, line.days.dom != ALL_DAYS, line.days.dow != ALL_WEEKDAYS, line.hours)
    });
    lines
}

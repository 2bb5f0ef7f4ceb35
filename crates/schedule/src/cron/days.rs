//! The days of an expression: two fields joined by Vixie's rule.

use super::Cron;
use crate::calendar::{DAY, Date, month_len, weekday};

/// All days of a month of 31.
pub(crate) const ALL_DAYS: u32 = 0xffff_fffe;
/// All weekdays.
pub(crate) const ALL_WEEKDAYS: u8 = 0x7f;

/// Day of month and day of week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Days {
    /// Bit 1 to 31.
    pub(crate) dom: u32,
    /// Bit 0 (Sunday) to 6.
    pub(crate) dow: u8,
    /// Neither field begins with `*`: a day matches when either does. Otherwise both must.
    pub(crate) either: bool,
    /// `L`, `W` and `#`.
    pub(crate) special: Option<Special>,
}

/// Days that depend on the month's length and on where its weekdays fall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Special {
    /// Bit n: the n-th day before the last (`L` is bit 0, `L-3` bit 3).
    pub(crate) from_end: u32,
    /// `LW`: the last Monday-to-Friday day.
    pub(crate) last_workday: bool,
    /// Bit d: the Monday-to-Friday day nearest to day d, within the month (`15W`).
    pub(crate) nearest_workday: u32,
    /// `[k]` bit d: the (k+1)-th weekday d (`1#2` is bit 1 of `[1]`).
    pub(crate) nth: [u8; 5],
    /// Bit d: the last weekday d (`5L`).
    pub(crate) last_dow: u8,
}

impl Days {
    /// Bit set of the matching days of a month that has `len` days and whose first is `first`.
    pub(crate) fn of_month(&self, len: u32, first: u32) -> u32 {
        let month = ALL_DAYS & (u32::MAX >> (31 - len));
        let mut by_date = self.dom;
        let mut by_weekday = weekdays_of_month(self.dow, first);
        if let Some(special) = &self.special {
            by_date |= special.dates(len, first);
            by_weekday |= special.weekdays(len, first);
        }
        month & if self.either { by_date | by_weekday } else { by_date & by_weekday }
    }

    /// Whether any of `months` has a matching day in any year.
    pub(crate) fn ever_match(&self, months: u16) -> bool {
        bits(u32::from(months)).any(|month| {
            // A leap year and a plain one; every weekday can be the first of every month.
            [2028, 2027].into_iter().any(|year| {
                let len = month_len(year, month);
                (0..7).any(|first| self.of_month(len, first) != 0)
            })
        })
    }

    /// Whether every day matches.
    pub(crate) fn is_every_day(&self) -> bool {
        let (dates, weekdays) = (self.dom == ALL_DAYS, self.dow == ALL_WEEKDAYS);
        if self.either { dates || weekdays } else { dates && weekdays }
    }
}

/// Spreads a weekday set over the days of a month whose first day has weekday `first`.
fn weekdays_of_month(dow: u8, first: u32) -> u32 {
    let turned = (u64::from(dow) | u64::from(dow) << 7) >> first & 0x7f;
    // Five copies, seven bits apart, cover 35 days; bit 0 of the result stays free.
    ((turned * (1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28)) << 1) as u32
}

impl Special {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Special::default()
    }

    fn dates(&self, len: u32, first: u32) -> u32 {
        let weekday_of = |day: u32| (first + day - 1) % 7;
        let mut days = 0;
        for back in bits(self.from_end) {
            if back < len {
                days |= 1 << (len - back);
            }
        }
        if self.last_workday {
            days |= 1
                << match weekday_of(len) {
                    0 => len - 2,
                    6 => len - 1,
                    _ => len,
                };
        }
        for day in bits(self.nearest_workday).take_while(|&day| day <= len) {
            days |= 1
                << match weekday_of(day) {
                    6 if day > 1 => day - 1,
                    6 => day + 2,
                    0 if day < len => day + 1,
                    0 => day - 2,
                    _ => day,
                };
        }
        days
    }

    fn weekdays(&self, len: u32, first: u32) -> u32 {
        let mut days = 0;
        for (k, &dow) in self.nth.iter().enumerate() {
            if dow != 0 {
                days |= weekdays_of_month(dow, first) & (0xfe_u64 << (7 * k)) as u32;
            }
        }
        if self.last_dow != 0 {
            days |= weekdays_of_month(self.last_dow, first) & (0xfe << (len - 7));
        }
        days
    }
}

/// The set bits of `set`, ascending.
pub(crate) fn bits(mut set: u32) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let bit = set.trailing_zeros();
            set &= set - 1;
            bit
        })
    })
}

/// A leap day that falls on a given weekday can be 40 years away (across 2100).
const HORIZON_YEARS: i64 = 45;

impl Cron {
    /// First match at or after `from`, both in seconds of local time since 1970-01-01 00:00.
    pub(crate) fn next_local(&self, from: i64) -> Option<i64> {
        let day_number = from.div_euclid(DAY);
        let mut date = Date::from_days(day_number);
        let mut first_day = day_number - i64::from(date.day) + 1;
        if self.months >> date.month & 1 == 1 {
            let days = self.days.of_month(month_len(date.year, date.month), weekday(first_day));
            if days >> date.day & 1 == 1
                && let Some(moment) = self.moments.at_or_after(from.rem_euclid(DAY))
            {
                return Some(day_number * DAY + moment);
            }
            let rest = days & ((u32::MAX - 1) << date.day);
            if rest != 0 {
                return Some((first_day + i64::from(rest.trailing_zeros()) - 1) * DAY + self.moments.first());
            }
        }
        let last_year = date.year + HORIZON_YEARS;
        loop {
            let later = u32::from(self.months) >> date.month >> 1;
            if later == 0 {
                date = Date { year: date.year + 1, month: self.months.trailing_zeros(), day: 1 };
            } else {
                date = Date { month: date.month + 1 + later.trailing_zeros(), day: 1, ..date };
            }
            if date.year > last_year {
                return None;
            }
            first_day = date.to_days();
            let days = self.days.of_month(month_len(date.year, date.month), weekday(first_day));
            if days != 0 {
                return Some((first_day + i64::from(days.trailing_zeros()) - 1) * DAY + self.moments.first());
            }
        }
    }

    /// Last match at or before `to`, both in seconds of local time since 1970-01-01 00:00.
    pub(crate) fn prev_local(&self, to: i64) -> Option<i64> {
        let day_number = to.div_euclid(DAY);
        let mut date = Date::from_days(day_number);
        let mut first_day = day_number - i64::from(date.day) + 1;
        if self.months >> date.month & 1 == 1 {
            let days = self.days.of_month(month_len(date.year, date.month), weekday(first_day));
            if days >> date.day & 1 == 1
                && let Some(moment) = self.moments.at_or_before(to.rem_euclid(DAY))
            {
                return Some(day_number * DAY + moment);
            }
            let rest = days & ((1 << date.day) - 1);
            if rest != 0 {
                return Some(
                    (first_day + i64::from(31 - rest.leading_zeros()) - 1) * DAY + self.moments.last(),
                );
            }
        }
        let first_year = date.year - HORIZON_YEARS;
        loop {
            let earlier = u32::from(self.months) & ((1 << date.month) - 1);
            if earlier == 0 {
                date = Date { year: date.year - 1, month: 15 - self.months.leading_zeros(), day: 1 };
            } else {
                date = Date { month: 31 - earlier.leading_zeros(), day: 1, ..date };
            }
            if date.year < first_year {
                return None;
            }
            first_day = date.to_days();
            let days = self.days.of_month(month_len(date.year, date.month), weekday(first_day));
            if days != 0 {
                return Some(
                    (first_day + i64::from(31 - days.leading_zeros()) - 1) * DAY + self.moments.last(),
                );
            }
        }
    }
}

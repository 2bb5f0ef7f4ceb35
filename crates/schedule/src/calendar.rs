//! The proleptic Gregorian calendar in plain integers: days since 1970-01-01 to dates and back.
//!
//! Schedules step through months far more often than through anything else, and these few
//! operations are several times faster than a general date type.

/// Seconds in a civil day.
pub(crate) const DAY: i64 = 86_400;

/// A civil date. `month` and `day` begin at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    pub(crate) month: u32,
    pub(crate) day: u32,
}

impl Date {
    /// The date `days` after 1970-01-01 (before it, when negative).
    pub(crate) fn from_days(days: i64) -> Self {
        // Years are counted from 1 March of year 0, so that the leap day is the last of its year;
        // 146,097 days make the 400 years after which the calendar repeats.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097) as u32;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        Date { year: i64::from(year_of_era) + era * 400 + i64::from(month <= 2), month, day }
    }

    /// Days from 1970-01-01 to this date.
    pub(crate) fn to_days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }
}

/// Days of `month` (1 to 12) in `year`.
pub(crate) fn month_len(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Weekday of the day `days` after 1970-01-01: 0 is Sunday, 6 is Saturday.
pub(crate) fn weekday(days: i64) -> u32 {
    (days + 4).rem_euclid(7) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_jiff_over_four_centuries() {
        let mut date = jiff::civil::date(1899, 12, 1);
        let epoch = jiff::civil::date(1970, 1, 1);
        while date.year() < 2301 {
            let days = i64::from((date - epoch).get_days());
            let ours = Date::from_days(days);
            assert_eq!(
                (ours.year, ours.month, ours.day),
                (i64::from(date.year()), date.month() as u32, date.day() as u32)
            );
            assert_eq!(ours.to_days(), days);
            assert_eq!(weekday(days), date.weekday().to_sunday_zero_offset() as u32);
            assert_eq!(month_len(ours.year, ours.month), date.days_in_month() as u32);
            date = date.tomorrow().unwrap();
        }
    }
}

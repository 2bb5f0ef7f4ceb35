//! The canonical cron expression.

mod days;
mod error;
mod field;
mod moments;
mod parse;
mod part;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use days::{ALL_DAYS, ALL_WEEKDAYS, Days, Special, bits};
pub use error::CronError;
pub(crate) use field::Field;
pub(crate) use moments::{ALL_HOURS, Moments};

/// A parsed cron expression: what `crontab(5)` describes, with `L`, `W`, `#` and `?` added.
///
/// Five fields (minute, hour, day of month, month, day of week), six with seconds in front, or a
/// macro such as `@daily`. Day of month and day of week are joined by *or* when both are
/// restricted and by *and* when either field begins with `*` (Vixie's rule). A value that exists
/// can fire: impossible dates are refused by [`Cron::parse`].
///
/// Two expressions are equal when they are written alike (apart from white space).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cron {
    text: Box<str>,
    has_seconds: bool,
    /// The minute field begins with `*`.
    minute_star: bool,
    /// The hour field begins with `*`.
    hour_star: bool,
    moments: Moments,
    /// Bit 1 to 12.
    months: u16,
    days: Days,
}

impl Cron {
    /// Parses an expression.
    ///
    /// # Errors
    /// The first problem found, with the column, what is wrong and how to mend it.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        parse::parse(text)
    }

    /// The expression in plain English: `at 02:00, Monday to Friday`.
    pub fn describe(&self) -> String {
        crate::describe::cron(self)
    }

    /// Whether the expression has six fields, the first being seconds. Only systemd holds it.
    pub fn has_seconds(&self) -> bool {
        self.has_seconds
    }

    /// Whether the expression uses `L`, `W` or `#`, which no cron daemon can hold.
    pub fn is_extended(&self) -> bool {
        self.days.special.is_some()
    }

    /// Whether cron counts the expression as a wildcard job, which follows the wall clock through
    /// a clock change: its minute or hour field begins with `*`.
    pub(crate) fn is_wildcard(&self) -> bool {
        self.minute_star || self.hour_star
    }

    /// Whether the hour field is open (`*` for all 24 hours): systemd gets such an expression in
    /// UTC, or with its repeated hours added by date, so that it follows real time.
    pub(crate) fn runs_every_hour(&self) -> bool {
        self.hour_star && self.moments.hours == moments::ALL_HOURS
    }

    pub(crate) fn minute_star(&self) -> bool {
        self.minute_star
    }

    pub(crate) fn hour_star(&self) -> bool {
        self.hour_star
    }

    pub(crate) fn moments(&self) -> &Moments {
        &self.moments
    }

    pub(crate) fn months(&self) -> u16 {
        self.months
    }

    pub(crate) fn days(&self) -> &Days {
        &self.days
    }

    /// The text of one field as written; a macro gives the field of its expansion.
    pub(crate) fn field_text(&self, field: Field) -> &str {
        let text = parse::expand_macro(&self.text).unwrap_or(&self.text);
        let position = field as usize - usize::from(!self.has_seconds);
        text.split(' ').nth(position).unwrap_or("*")
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Cron {
    type Err = CronError;

    fn from_str(text: &str) -> Result<Self, CronError> {
        Cron::parse(text)
    }
}

impl Serialize for Cron {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Cron {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Cron::parse(&text).map_err(serde::de::Error::custom)
    }
}

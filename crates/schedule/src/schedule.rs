//! When a job starts.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::cron::Cron;
use crate::every::Every;
use crate::profile::Profile;

/// When a job starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Schedule {
    /// By the clock: at every time that one of the expressions names, once where they coincide.
    Cron(Vec<Cron>),
    /// By elapsed time.
    Every(Every),
    /// When the host starts; at no predictable time.
    Reboot,
    /// Only when asked to.
    OnDemand,
}

impl Schedule {
    /// First start strictly after `after`, for a job of time zone `zone` held by `profile`.
    ///
    /// `None` when there is none, or none before the year 9999.
    pub fn next(&self, after: Timestamp, zone: &TimeZone, profile: Profile) -> Option<Timestamp> {
        match self {
            Schedule::Cron(crons) => {
                crons.iter().filter_map(|cron| cron.next_instant(after, zone, profile.dst_rule(cron))).min()
            }
            Schedule::Every(every) => every.next(after),
            Schedule::Reboot | Schedule::OnDemand => None,
        }
    }

    /// Last start at or before `at`, for a job of time zone `zone` held by `profile`.
    pub fn prev(&self, at: Timestamp, zone: &TimeZone, profile: Profile) -> Option<Timestamp> {
        match self {
            Schedule::Cron(crons) => {
                crons.iter().filter_map(|cron| cron.prev_instant(at, zone, profile.dst_rule(cron))).max()
            }
            Schedule::Every(every) => every.prev(at),
            Schedule::Reboot | Schedule::OnDemand => None,
        }
    }

    /// All starts strictly after `after`, ascending.
    pub fn upcoming<'s>(
        &'s self,
        after: Timestamp,
        zone: &'s TimeZone,
        profile: Profile,
    ) -> impl Iterator<Item = Timestamp> + 's {
        std::iter::successors(self.next(after, zone, profile), move |&last| self.next(last, zone, profile))
    }

    /// The schedule in plain English.
    pub fn describe(&self) -> String {
        crate::describe::schedule(self)
    }

    /// The smallest time between two starts, leaving aside the days on which clocks change;
    /// `None` when there are no two. For a list of expressions two years in `zone` are looked at.
    pub fn min_interval(&self, zone: &TimeZone) -> Option<SignedDuration> {
        crate::interval::smallest(self, zone)
    }
}

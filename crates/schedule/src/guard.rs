//! The claim a wrapper checks before it runs a job that was woken more often than it should run.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::cron::Cron;
use crate::every::Every;
use crate::firing::{DstRule, Gap, Overlap};
use crate::schedule::Schedule;

/// A schedule kept by the wrapper on top of a native entry that fires too often.
///
/// It is part of the job's spec file. [`Guard::due`] names the start that is due; that each start
/// is claimed at most once is the wrapper's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "GuardText", into = "GuardText")]
pub struct Guard {
    schedule: Schedule,
    zone_name: String,
    zone: TimeZone,
    tolerance_seconds: u32,
    gap: Gap,
    overlap: Overlap,
}

/// The spec file's form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardText {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    schedules: Vec<Cron>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every_seconds: Option<Every>,
    timezone: String,
    tolerance_seconds: u32,
    #[serde(default)]
    gap: Gap,
    #[serde(default)]
    overlap: Overlap,
}

/// A name that the host's time zone database does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone this host knows; write an IANA name such as Europe/Berlin")]
pub struct UnknownZone(pub String);

/// What a spec file's guard can have wrong.
#[derive(Debug, thiserror::Error)]
enum GuardError {
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    #[error("a guard holds either `schedules` or `every_seconds`")]
    Schedule,
}

impl Guard {
    /// How late a wake-up may come and still run what was due, unless told otherwise: 10 minutes.
    pub const DEFAULT_TOLERANCE_SECONDS: u32 = 600;

    /// A guard for `schedule` in the zone named `timezone`, by Debian cron's rules.
    ///
    /// # Errors
    /// The zone is not known.
    pub fn new(schedule: Schedule, timezone: &str) -> Result<Self, UnknownZone> {
        Ok(Guard {
            schedule,
            zone: find_zone(timezone)?,
            zone_name: timezone.to_owned(),
            tolerance_seconds: Self::DEFAULT_TOLERANCE_SECONDS,
            gap: Gap::default(),
            overlap: Overlap::default(),
        })
    }

    /// The same guard with another tolerance.
    #[must_use]
    pub fn with_tolerance_seconds(self, tolerance_seconds: u32) -> Self {
        Guard { tolerance_seconds, ..self }
    }

    /// The same guard with other rules for the fixed times of a clock change. Wildcard jobs always
    /// run in real time.
    #[must_use]
    pub fn with_clock_changes(self, gap: Gap, overlap: Overlap) -> Self {
        Guard { gap, overlap, ..self }
    }

    /// The true schedule.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The IANA name of the zone.
    pub fn timezone(&self) -> &str {
        &self.zone_name
    }

    /// How late a wake-up may come, in seconds.
    pub fn tolerance_seconds(&self) -> u32 {
        self.tolerance_seconds
    }

    /// The latest true start at or before `now`, if it is not older than the tolerance.
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let latest = match &self.schedule {
            Schedule::Cron(crons) => {
                crons.iter().filter_map(|cron| cron.prev_instant(now, &self.zone, self.rule(cron))).max()
            }
            Schedule::Every(every) => every.prev(now),
            Schedule::Reboot | Schedule::OnDemand => None,
        }?;
        let age = now.duration_since(latest);
        (age <= SignedDuration::from_secs(i64::from(self.tolerance_seconds))).then_some(latest)
    }

    fn rule(&self, cron: &Cron) -> DstRule {
        if cron.is_wildcard() {
            DstRule { gap: Gap::Skip, overlap: Overlap::Both }
        } else {
            DstRule { gap: self.gap, overlap: self.overlap }
        }
    }
}

pub(crate) fn find_zone(name: &str) -> Result<TimeZone, UnknownZone> {
    TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))
}

impl TryFrom<GuardText> for Guard {
    type Error = GuardError;

    fn try_from(text: GuardText) -> Result<Self, GuardError> {
        let schedule = match (text.schedules.is_empty(), text.every_seconds) {
            (false, None) => Schedule::Cron(text.schedules),
            (true, Some(every)) => Schedule::Every(every),
            _ => return Err(GuardError::Schedule),
        };
        Ok(Guard::new(schedule, &text.timezone)?
            .with_tolerance_seconds(text.tolerance_seconds)
            .with_clock_changes(text.gap, text.overlap))
    }
}

impl From<Guard> for GuardText {
    fn from(guard: Guard) -> Self {
        let (schedules, every_seconds) = match guard.schedule {
            Schedule::Cron(crons) => (crons, None),
            Schedule::Every(every) => (Vec::new(), Some(every)),
            Schedule::Reboot | Schedule::OnDemand => (Vec::new(), None),
        };
        GuardText {
            schedules,
            every_seconds,
            timezone: guard.zone_name,
            tolerance_seconds: guard.tolerance_seconds,
            gap: guard.gap,
            overlap: guard.overlap,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(text: &str) -> Guard {
        let schedule = Schedule::Cron(vec![Cron::parse(text).unwrap()]);
        Guard::new(schedule, "America/New_York").unwrap()
    }

    fn due(guard: &Guard, now: &str) -> String {
        let now: Timestamp = now.parse().unwrap();
        guard.due(now).map_or("-".into(), |due| due.to_string())
    }

    #[test]
    fn due_is_the_latest_start_within_tolerance() {
        let guard = guard("30 2 * * *");
        assert_eq!(due(&guard, "2026-11-23T07:29:59Z"), "-");
        assert_eq!(due(&guard, "2026-11-23T07:30:00Z"), "2026-11-23T07:30:00Z");
        assert_eq!(due(&guard, "2026-11-23T07:40:00Z"), "2026-11-23T07:30:00Z");
        assert_eq!(due(&guard, "2026-11-23T07:40:01Z"), "-");
        assert_eq!(due(&guard.with_tolerance_seconds(0), "2026-11-23T07:30:01Z"), "-");
    }

    #[test]
    fn clock_changes_follow_the_chosen_rule() {
        let gap = guard("30 2 * * *");
        assert_eq!(due(&gap, "2026-03-08T07:00:00Z"), "2026-03-08T07:00:00Z");
        let skip = gap.with_clock_changes(Gap::Skip, Overlap::First);
        assert_eq!(due(&skip, "2026-03-08T07:00:00Z"), "-");
        let overlap = guard("30 1 * * *");
        assert_eq!(due(&overlap, "2026-11-01T06:30:00Z"), "-");
        let both = overlap.with_clock_changes(Gap::RunAfter, Overlap::Both);
        assert_eq!(due(&both, "2026-11-01T06:30:00Z"), "2026-11-01T06:30:00Z");
    }

    #[test]
    fn spec_file_form() {
        let guard = guard("0 9 * * 1#1");
        let json = serde_json::to_string(&guard).unwrap();
        insta::assert_snapshot!(json, @r#"{"schedules":["0 9 * * 1#1"],"timezone":"America/New_York","tolerance_seconds":600,"gap":"run-after","overlap":"first"}"#);
        assert_eq!(serde_json::from_str::<Guard>(&json).unwrap(), guard);
        for bad in [
            json.replace("America/New_York", "Mars/Olympus"),
            json.replace("1#1", "1#9"),
            json.replace("\"schedules\":[\"0 9 * * 1#1\"],", ""),
            json.replace("\"gap\"", "\"gab\""),
        ] {
            assert!(serde_json::from_str::<Guard>(&bad).is_err(), "{bad}");
        }
    }
}

//! What a schedule means, before it is in a manifest.

use crontopus_manifest::{ScheduleTextError, parse_schedule};
pub use crontopus_schedule::{ClockChange, Fate};
use crontopus_schedule::{Profile, Schedule, clock_changes, firing_profile, render};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::git::blocking;
use crate::{App, Error, Result};

/// Longest expression that is read, in bytes.
const LONGEST: usize = 1_000;
/// How far ahead changes of the clock are looked at, in years.
const YEARS: i64 = 2;
/// Changes of the clock that are told.
const MOST_CHANGES: usize = 20;
/// The schedulers that a schedule can be written for.
const RENDERED: [Profile; 4] = [Profile::DebianCron, Profile::Cronie, Profile::Busybox, Profile::Systemd];

/// A schedule somebody asks about.
#[derive(Debug, Clone, Default)]
pub struct PreviewRequest {
    /// A cron expression, a macro, `@reboot`, or `every 15m`.
    pub schedule: String,
    /// IANA zone of the schedule; UTC when absent.
    pub timezone: Option<String>,
    /// Zone of the host; the schedule's own when absent.
    pub host_timezone: Option<String>,
    /// The scheduler; `debian-cron` when absent.
    pub profile: Option<String>,
    /// Starts after this; now when absent.
    pub after: Option<Timestamp>,
    /// How many starts; 5 when absent.
    pub count: Option<u32>,
}

/// What it means.
#[derive(Debug, Clone)]
pub struct Preview {
    /// In plain English.
    pub description: String,
    /// Its zone.
    pub timezone: String,
    /// The scheduler that was asked about.
    pub profile: Profile,
    /// How that one holds it.
    pub fit: Fit,
    /// What would stand in it.
    pub entries: Vec<String>,
    /// Next starts.
    pub next: Vec<Timestamp>,
    /// Changes of the clock that touch it.
    pub changes: Vec<ClockChange>,
    /// How each scheduler that can be written for would hold it.
    pub schedulers: Vec<(Profile, Fit)>,
}

/// How a scheduler holds a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// As it is.
    Exactly,
    /// With the wrapper checking each start, and why.
    Guarded(String),
    /// Not at all, and why.
    No(String),
}

impl Preview {
    /// A change of the clock in words: `on 2026-03-29 the clock skips 02:30; the run starts once it has jumped`.
    pub fn words(change: &ClockChange) -> String {
        let local = local(change);
        let (day, time) = (local.strftime("%Y-%m-%d"), local.strftime("%H:%M"));
        match change.fate {
            Fate::Lost => format!("on {day} the clock skips {time}, and with it the run"),
            Fate::Moved => format!("on {day} the clock skips {time}; the run starts once it has jumped"),
            Fate::Twice => format!("on {day} {time} comes twice, and it runs both times"),
            Fate::Once => format!("on {day} {time} comes twice; it runs the first time only"),
        }
    }
}

/// The local time of a start that a change of the clock touches.
pub fn local(change: &ClockChange) -> jiff::civil::DateTime {
    let at = Timestamp::from_second(change.local).unwrap_or(Timestamp::UNIX_EPOCH);
    TimeZone::UTC.to_datetime(at)
}

impl App {
    /// Explains a schedule, shows its next starts, and how schedulers hold it. Pointers of what is not valid
    /// begin with `/`.
    pub async fn preview_schedule(&self, request: PreviewRequest) -> Result<Preview> {
        let now = self.clock().now();
        let asked = Asked::of(&request, now)?;
        // A rendering for two years of a strange zone takes milliseconds, not microseconds.
        blocking("explaining a schedule", move || Ok(asked.preview(now))).await
    }
}

/// A request that was understood.
struct Asked {
    schedule: Schedule,
    timezone: String,
    zone: TimeZone,
    host: String,
    profile: Profile,
    after: Timestamp,
    count: usize,
}

impl Asked {
    fn of(request: &PreviewRequest, now: Timestamp) -> Result<Self> {
        if request.schedule.len() > LONGEST {
            return Err(Error::invalid("/schedule", format!("it is longer than {LONGEST} bytes")));
        }
        let schedule = parse_schedule(&request.schedule).map_err(|problem| {
            let detail = match problem {
                ScheduleTextError::Cron(e) => format!("column {}: {}; {}", e.column, e.problem, e.help),
                problem => format!("`{}`: {problem}; write it like `every 15m`", request.schedule.trim()),
            };
            Error::invalid("/schedule", detail)
        })?;
        let timezone = request.timezone.clone().unwrap_or_else(|| "UTC".to_owned());
        let zone = zone("/timezone", &timezone)?;
        let host = request.host_timezone.clone().unwrap_or_else(|| timezone.clone());
        self::zone("/host_timezone", &host)?;
        let profile = request.profile.as_deref().unwrap_or("debian-cron");
        let profile = profile.parse().map_err(|e| Error::invalid("/profile", format!("{e}")))?;
        let count = request.count.unwrap_or(5);
        if !(1..=100).contains(&count) {
            return Err(Error::invalid("/count", "1 to 100"));
        }
        let after = request.after.unwrap_or(now);
        Ok(Self { schedule, timezone, zone, host, profile, after, count: count as usize })
    }

    fn preview(&self, now: Timestamp) -> Preview {
        let (fit, entries) = self.fit(self.profile, now);
        let rules = firing_profile(self.profile, matches!(fit, Fit::Guarded(_)));
        let next = self.schedule.upcoming(self.after, &self.zone, rules).take(self.count).collect();
        let until = self.after.to_zoned(TimeZone::UTC).checked_add(YEARS.years());
        let until = until.map_or(Timestamp::MAX, |at| at.timestamp());
        let mut changes = clock_changes(&self.schedule, &self.zone, rules, self.after, until);
        changes.truncate(MOST_CHANGES);
        Preview {
            description: self.schedule.describe(),
            timezone: self.timezone.clone(),
            profile: self.profile,
            fit,
            entries,
            next,
            changes,
            schedulers: RENDERED.into_iter().map(|profile| (profile, self.fit(profile, now).0)).collect(),
        }
    }

    fn fit(&self, profile: Profile, now: Timestamp) -> (Fit, Vec<String>) {
        match render(&self.schedule, &self.timezone, &self.host, profile, now) {
            Ok(rendering) if rendering.guard.is_none() => (Fit::Exactly, rendering.entries),
            Ok(rendering) => (Fit::Guarded(rendering.why.unwrap_or_default()), rendering.entries),
            Err(error) => (Fit::No(error.to_string()), Vec::new()),
        }
    }
}

fn zone(pointer: &str, name: &str) -> Result<TimeZone> {
    let unknown = || format!("`{name}` is no known time zone; write an IANA name such as Europe/Berlin");
    TimeZone::get(name).map_err(|_| Error::invalid(pointer, unknown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(schedule: &str, timezone: &str, profile: &str) -> Result<Preview> {
        let request = PreviewRequest {
            schedule: schedule.to_owned(),
            timezone: Some(timezone.to_owned()),
            profile: Some(profile.to_owned()),
            ..PreviewRequest::default()
        };
        let now = "2026-03-01T00:00:00Z".parse().unwrap();
        Ok(Asked::of(&request, now)?.preview(now))
    }

    #[test]
    fn a_schedule_is_explained() {
        let found = preview("30 2 * * *", "Europe/Berlin", "debian-cron").unwrap();
        assert_eq!(found.description, "at 02:30 every day");
        assert_eq!((found.fit, found.entries), (Fit::Exactly, vec!["30 2 * * *".to_owned()]));
        assert_eq!(found.next[0].to_string(), "2026-03-01T01:30:00Z");
        assert_eq!(found.next.len(), 5);
        let words: Vec<String> = found.changes.iter().map(Preview::words).collect();
        assert_eq!(
            words[..2],
            [
                "on 2026-03-29 the clock skips 02:30; the run starts once it has jumped",
                "on 2026-10-25 02:30 comes twice; it runs the first time only"
            ]
        );
        assert_eq!(found.schedulers.len(), 4);
    }

    #[test]
    fn what_a_scheduler_cannot_hold_is_said() {
        let found = preview("0 9 LW * *", "UTC", "debian-cron").unwrap();
        assert!(matches!(&found.fit, Fit::Guarded(why) if !why.is_empty()), "{:?}", found.fit);
        assert!(!found.entries.is_empty());
        let found = preview("*/10 * * * * *", "UTC", "cronie").unwrap();
        assert!(matches!(&found.fit, Fit::No(why) if why.contains("whole minutes")), "{:?}", found.fit);
        assert!(found.entries.is_empty());
        assert_eq!(found.schedulers[3], (Profile::Systemd, Fit::Exactly));
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (schedule, timezone, profile, pointer) in [
            ("0 25 * * *", "UTC", "systemd", "/schedule"),
            ("every soon", "UTC", "systemd", "/schedule"),
            ("", "UTC", "systemd", "/schedule"),
            (&"1,".repeat(600), "UTC", "systemd", "/schedule"),
            ("@daily", "Mars/Base", "systemd", "/timezone"),
            ("@daily", "../../etc/passwd", "systemd", "/timezone"),
            ("@daily", "UTC", "anacron", "/profile"),
        ] {
            let Err(Error::Invalid(fields)) = preview(schedule, timezone, profile) else {
                panic!("{schedule} {timezone} {profile}");
            };
            assert_eq!(fields[0].pointer, pointer, "{schedule}");
        }
    }
}

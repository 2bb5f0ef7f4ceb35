//! Whose rules decide when a job starts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::cron::Cron;
use crate::firing::{DstRule, Gap, Overlap};

/// A scheduler, as far as starting times go: what it can hold and what it does at clock changes.
///
/// All rules but those of [`Profile::Launchd`] and [`Profile::Windows`] were tried on the real
/// programs; those two are modelled like Debian cron, because their vendors leave the behaviour at
/// clock changes unspecified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Debian's cron 3.0pl1: fixed times that a clock change skips run when the clock has jumped,
    /// repeated ones run once; wildcard jobs (minute or hour field begins with `*`) run in real time.
    /// Several skipped times of one line (`15,45 2`) are one start here; the daemon starts the line
    /// once for each of them, all at that moment.
    DebianCron,
    /// cronie in the daemon's own zone: as Debian cron.
    Cronie,
    /// busybox crond: the wall clock as it is; skipped times are lost, repeated ones run twice.
    Busybox,
    /// systemd timers as rendered here: skipped times are lost, repeated ones run the first time
    /// only; expressions for every hour (`*`) run in real time.
    Systemd,
    /// macOS launchd (modelled, not tried).
    Launchd,
    /// Windows Task Scheduler (modelled, not tried).
    Windows,
    /// Debian cron's rules in the job's own zone, kept by the guard on top of any scheduler.
    Guarded,
}

impl Profile {
    /// Every profile, in the order of their names' first use.
    pub const ALL: [Profile; 7] = [
        Profile::DebianCron,
        Profile::Cronie,
        Profile::Busybox,
        Profile::Systemd,
        Profile::Launchd,
        Profile::Windows,
        Profile::Guarded,
    ];

    /// The profile's name: `debian-cron`, `cronie`, …
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::DebianCron => "debian-cron",
            Profile::Cronie => "cronie",
            Profile::Busybox => "busybox",
            Profile::Systemd => "systemd",
            Profile::Launchd => "launchd",
            Profile::Windows => "windows",
            Profile::Guarded => "guarded",
        }
    }

    /// Whether the scheduler is driven by crontab lines of five fields.
    pub fn is_cron_family(self) -> bool {
        matches!(self, Profile::DebianCron | Profile::Cronie | Profile::Busybox)
    }

    /// What happens to `cron` at clock changes.
    pub(crate) fn dst_rule(self, cron: &Cron) -> DstRule {
        let real_time = DstRule { gap: Gap::Skip, overlap: Overlap::Both };
        match self {
            Profile::Busybox => real_time,
            Profile::Systemd if cron.runs_every_hour() => real_time,
            Profile::Systemd => DstRule { gap: Gap::Skip, overlap: Overlap::First },
            _ if cron.is_wildcard() => real_time,
            _ => DstRule { gap: Gap::RunAfter, overlap: Overlap::First },
        }
    }
}

/// The profile whose rules say when a job on `profile` starts: a guarded job follows the guard,
/// whatever wakes it.
pub fn firing_profile(profile: Profile, guarded: bool) -> Profile {
    if guarded { Profile::Guarded } else { profile }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name that is no profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a scheduler profile (debian-cron, cronie, busybox, systemd, launchd, windows, guarded)"
)]
pub struct UnknownProfile(pub String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, UnknownProfile> {
        let found = Profile::ALL.into_iter().find(|profile| profile.as_str() == name);
        found.ok_or_else(|| UnknownProfile(name.to_owned()))
    }
}

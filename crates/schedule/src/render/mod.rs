//! From a schedule to what a native scheduler is given.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::guard::{Guard, UnknownZone};
use crate::profile::Profile;
use crate::schedule::Schedule;

/// What a native scheduler is given to hold a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendering {
    /// cron: `minute hour day-of-month month day-of-week`, one line each. systemd: values of
    /// `OnCalendar=`. Both: `@reboot` alone for [`Schedule::Reboot`], which a systemd adapter writes
    /// as `OnBootSec=`. Empty for [`Schedule::OnDemand`].
    pub entries: Vec<String>,
    /// Present when the entries fire more often than the job should run.
    pub guard: Option<Guard>,
    /// Why that is so.
    pub why: Option<String>,
}

/// Why a scheduler cannot hold a schedule, not even with a guard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// There is no renderer for this profile: it is no scheduler, or none that is supported.
    #[error("no schedule can be written for `{0}`; hold the job with cron or systemd")]
    NoRenderer(Profile),
    /// A job's or host's zone is not known.
    #[error(transparent)]
    UnknownZone(#[from] UnknownZone),
    /// The schedule names seconds.
    #[error(
        "`{profile}` starts jobs on whole minutes and cannot hold `{schedule}`; remove the seconds or set `scheduler: systemd`"
    )]
    Seconds {
        /// The scheduler.
        profile: Profile,
        /// The expression or interval.
        schedule: String,
    },
    /// A superset would wake the host too often for nothing.
    #[error(
        "`{profile}` cannot hold `{schedule}` ({why}), and waking for it would happen {extra} times a day in vain"
    )]
    TooManyWakeUps {
        /// The scheduler.
        profile: Profile,
        /// The expression or interval.
        schedule: String,
        /// What the scheduler cannot express.
        why: String,
        /// Vain wake-ups a day.
        extra: u32,
    },
}

/// Renders `schedule` of a job in `job_zone` for a scheduler on a host in `host_zone`.
///
/// # Errors
/// The scheduler cannot hold it; the reason says why and what to write instead.
pub fn render(
    _schedule: &Schedule,
    _job_zone: &str,
    _host_zone: &str,
    profile: Profile,
    _now: Timestamp,
) -> Result<Rendering, Unsupported> {
    Err(Unsupported::NoRenderer(profile))
}

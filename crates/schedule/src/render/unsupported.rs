//! What cannot be rendered.

use crate::guard::UnknownZone;
use crate::profile::Profile;

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
        "`{profile}` starts jobs on whole minutes and cannot hold `{schedule}`; \
         remove the seconds, or set `scheduler: systemd`"
    )]
    Seconds {
        /// The scheduler.
        profile: Profile,
        /// The expression or interval.
        schedule: String,
    },
    /// A superset would wake the host too often for nothing.
    #[error(
        "`{profile}` cannot hold `{schedule}`: {why}; waking for it would be in vain {extra} times a day \
         (at most {MOST_VAIN} are accepted)"
    )]
    TooManyWakeUps {
        /// The scheduler.
        profile: Profile,
        /// The expression or interval.
        schedule: String,
        /// What the scheduler cannot express.
        why: String,
        /// Vain wake-ups a day, on average.
        extra: u32,
    },
}

/// Vain wake-ups a day that a superset may cost, on average.
pub(super) const MOST_VAIN: u32 = 25;

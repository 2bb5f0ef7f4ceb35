//! From a schedule to what a native scheduler is given.

mod crontab;
mod day_set;
mod line;
mod list;
mod oncalendar;
mod season;
mod superset;
mod table;
mod unsupported;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::guard::{Guard, find_zone};
use crate::profile::Profile;
use crate::schedule::Schedule;
pub use unsupported::Unsupported;

use season::Window;
use superset::Zones;

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

/// Renders `schedule` of a job in `job_zone` for a scheduler on a host in `host_zone`.
///
/// The entries are right for the two years after `now`, and the same all year: what depends on the
/// dates of clock changes looks at this calendar year (UTC) and the two that follow. They are to be
/// rendered again when the year or the time zone database changes.
///
/// # Errors
/// The scheduler cannot hold it; the reason says why and what to write instead.
pub fn render(
    schedule: &Schedule,
    job_zone: &str,
    host_zone: &str,
    profile: Profile,
    now: Timestamp,
) -> Result<Rendering, Unsupported> {
    let zones = Zones {
        job: find_zone(job_zone)?,
        job_name: job_zone,
        host: find_zone(host_zone)?,
        host_name: host_zone,
        window: Window::around(now),
    };
    let exact = |entries| Ok(Rendering { entries, guard: None, why: None });
    let native = match (schedule, profile) {
        (_, Profile::Launchd | Profile::Windows | Profile::Guarded) => {
            return Err(Unsupported::NoRenderer(profile));
        }
        (Schedule::OnDemand, _) => return exact(Vec::new()),
        (Schedule::Reboot, _) => return exact(vec!["@reboot".to_owned()]),
        (Schedule::Cron(crons), Profile::Systemd) => oncalendar::native(crons, &zones),
        (Schedule::Cron(crons), _) => crontab::native(crons, &zones, profile)?,
        (Schedule::Every(every), Profile::Systemd) => oncalendar::native_every(*every),
        (Schedule::Every(every), _) => crontab::native_every(*every, &zones, profile)?,
    };
    match native {
        Ok(entries) => exact(entries),
        Err(why) => {
            let lines = superset::build(schedule, &zones, profile, &why)?;
            let entries = match profile {
                Profile::Systemd => lines.iter().map(|line| oncalendar::value(line, "UTC")).collect(),
                _ => lines.iter().map(|line| crontab::line(line, profile)).collect(),
            };
            let guard = Guard::new(schedule.clone(), job_zone)?;
            Ok(Rendering { entries, guard: Some(guard), why: Some(why) })
        }
    }
}

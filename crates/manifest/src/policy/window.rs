use crontopus_schedule::{Profile, Schedule};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::AllowedWindow;

/// The starts that are looked at: two years with every season's clock and a leap day. They are always the
/// same ones, so that what was accepted at a push is not refused months later on the host.
const FIRST: &str = "2027-01-01T00:00:00Z";
const LAST: &str = "2029-01-01T00:00:00Z";

/// How many starts are looked at in one week; beyond it the next week is taken up, so that a job of each
/// second costs no more than one of each minute.
const STARTS_PER_WEEK: usize = 7 * 24 * 60;

/// The first start that falls into no minute of the window. A schedule without times has none.
pub(super) fn first_start_outside(
    schedule: &Schedule,
    zone: &TimeZone,
    window: &AllowedWindow,
) -> Option<Timestamp> {
    let window_zone = TimeZone::get(&window.timezone).unwrap_or(TimeZone::UTC);
    let minutes = Schedule::Cron(vec![window.cron.clone()]);
    let [mut from, end] = [FIRST, LAST].map(|text| text.parse::<Timestamp>().expect("both are RFC 3339"));
    while from < end {
        let until = from.checked_add(SignedDuration::from_hours(7 * 24)).unwrap_or(Timestamp::MAX);
        let starts = schedule.upcoming(from, zone, Profile::Guarded).take_while(|start| *start <= until);
        let outside = starts.take(STARTS_PER_WEEK).find(|start| !covers(&minutes, &window_zone, *start));
        if outside.is_some() {
            return outside;
        }
        // Sparse schedules skip the weeks without a start.
        from = match schedule.next(until, zone, Profile::Guarded) {
            Some(next) => next.checked_sub(SignedDuration::from_secs(1)).unwrap_or(until).max(until),
            None => return None,
        };
    }
    None
}

/// Whether the minute that holds `start` is one of the window's.
fn covers(minutes: &Schedule, zone: &TimeZone, start: Timestamp) -> bool {
    let minute = start.as_second().div_euclid(60) * 60;
    let before = Timestamp::from_second(minute - 1).unwrap_or(Timestamp::MIN);
    minutes.next(before, zone, Profile::Busybox).is_some_and(|next| next.as_second() == minute)
}

use crontopus_schedule::{Profile, Schedule};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::AllowedWindow;

/// The starts that are looked at: two years with every season's clock and a leap day. They are always the
/// same ones, so that what was accepted at a push is not refused months later on the host.
const FIRST: &str = "2027-01-01T00:00:00Z";
const LAST: &str = "2029-01-01T00:00:00Z";

/// So many starts of one expression are looked at one by one: 27 a day.
const ONE_BY_ONE: usize = 20_000;

/// Of an expression with more, one start is looked at after each of these steps. All its days have the
/// same times, and the step moves through the day, so that each minute of the day is met many times.
const STEP: SignedDuration = SignedDuration::from_secs(53 * 60 + 1);

/// The first start found that falls into no minute of the window. A schedule without times has none.
pub(super) fn first_start_outside(
    schedule: &Schedule,
    zone: &TimeZone,
    window: &AllowedWindow,
) -> Option<Timestamp> {
    let window_zone = TimeZone::get(&window.timezone).unwrap_or(TimeZone::UTC);
    let minutes = Schedule::Cron(vec![window.cron.clone()]);
    let outside = |start: &Timestamp| !covers(&minutes, &window_zone, *start);
    match schedule {
        // One by one, because a rare expression would hide behind a frequent one.
        Schedule::Cron(crons) => {
            let each = crons.iter().map(|cron| Schedule::Cron(vec![cron.clone()]));
            each.filter_map(|schedule| starts(&schedule, zone).find(outside)).min()
        }
        other => starts(other, zone).find(outside),
    }
}

fn starts(schedule: &Schedule, zone: &TimeZone) -> impl Iterator<Item = Timestamp> {
    let [first, last] = [FIRST, LAST].map(|text| text.parse::<Timestamp>().expect("both are RFC 3339"));
    let mut from = first.checked_sub(SignedDuration::from_secs(1)).ok();
    let mut seen = 0;
    std::iter::from_fn(move || {
        let start = schedule.next(from?, zone, Profile::Guarded).filter(|start| *start < last)?;
        seen += 1;
        from = if seen < ONE_BY_ONE { Some(start) } else { start.checked_add(STEP).ok() };
        Some(start)
    })
}

/// Whether the minute that holds `start` is one of the window's.
fn covers(minutes: &Schedule, zone: &TimeZone, start: Timestamp) -> bool {
    let minute = start.as_second().div_euclid(60) * 60;
    let before = Timestamp::from_second(minute - 1).unwrap_or(Timestamp::MIN);
    // Busybox's rule is the bare wall clock, which is what a window is made of.
    minutes.next(before, zone, Profile::Busybox).is_some_and(|next| next.as_second() == minute)
}

//! The smallest time between two starts, which policies limit.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::calendar::DAY;
use crate::cron::Cron;
use crate::firing;
use crate::profile::Profile;
use crate::schedule::Schedule;

/// 2028-01-01T00:00:00Z; the two years from here hold a leap day.
const WINDOW_START: i64 = 1_830_297_600;
const WINDOW: i64 = 731 * DAY;
/// A list of expressions with more starts than this repeats its pattern long before.
const MOST_STARTS: usize = 100_000;

pub(crate) fn smallest(schedule: &Schedule, zone: &TimeZone) -> Option<SignedDuration> {
    let seconds = match schedule {
        Schedule::Cron(crons) => {
            let alone = crons.iter().filter_map(within).min();
            if crons.len() < 2 { alone } else { [alone, between(schedule, zone)].into_iter().flatten().min() }
        }
        Schedule::Every(every) => Some(i64::from(every.seconds())),
        Schedule::Reboot | Schedule::OnDemand => None,
    };
    seconds.map(SignedDuration::from_secs)
}

/// Smallest distance between the starts of one expression, on the clock.
fn within(cron: &Cron) -> Option<i64> {
    let moments = cron.moments();
    let least = if cron.has_seconds() { 1 } else { 60 };
    let (mut smallest, mut last) = (i64::MAX, moments.first());
    while let Some(next) = moments.at_or_after(last + 1).filter(|_| last + 1 < DAY) {
        smallest = smallest.min(next - last);
        if smallest == least {
            return Some(least);
        }
        last = next;
    }
    let over_midnight = moments.first() - moments.last();
    if smallest <= over_midnight + DAY {
        return Some(smallest);
    }
    // The smallest distance of two matching days; 28 years hold each date on each weekday.
    let (mut days, mut at) = (i64::MAX, cron.next_local(WINDOW_START)?);
    while let Some(next) = cron.next_local((at.div_euclid(DAY) + 1) * DAY) {
        days = days.min(next.div_euclid(DAY) - at.div_euclid(DAY));
        if days == 1 || next > WINDOW_START + 28 * 366 * DAY {
            break;
        }
        at = next;
    }
    Some(smallest.min(days.saturating_mul(DAY).saturating_add(over_midnight)))
}

/// Smallest distance between any two starts of a list, leaving aside those with a change of the
/// clock between them.
fn between(schedule: &Schedule, zone: &TimeZone) -> Option<i64> {
    let start = Timestamp::from_second(WINDOW_START).ok()?;
    let mut smallest = None;
    let mut last: Option<(i64, i32)> = None;
    // Busybox's rule is the bare wall clock: no start is moved by a change of the clock.
    for at in schedule.upcoming(start, zone, Profile::Busybox).take(MOST_STARTS) {
        let now = (firing::floor_second(at), zone.to_offset(at).seconds());
        if now.0 > WINDOW_START + WINDOW {
            break;
        }
        if let Some(last) = last.filter(|last| last.1 == now.1) {
            let distance = now.0 - last.0;
            smallest = Some(smallest.map_or(distance, |smallest: i64| smallest.min(distance)));
        }
        last = Some(now);
    }
    smallest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(crons: &[&str], expected: Option<i64>) {
        let crons: Vec<Cron> = crons.iter().map(|text| Cron::parse(text).unwrap()).collect();
        let zone = TimeZone::get("America/New_York").unwrap();
        let found = Schedule::Cron(crons.clone()).min_interval(&zone);
        assert_eq!(found, expected.map(SignedDuration::from_secs), "{crons:?}");
    }

    #[test]
    fn smallest_distances() {
        check(&["* * * * *"], Some(60));
        check(&["*/7 * * * *"], Some(240));
        check(&["0,50 * * * *"], Some(600));
        check(&["30 2 * * *"], Some(DAY));
        check(&["30 2 * * 1"], Some(7 * DAY));
        check(&["30 2 * * 1,2"], Some(DAY));
        check(&["59 23 1 * *"], Some(28 * DAY));
        check(&["0 0 1 1 *"], Some(365 * DAY));
        check(&["5,55 0,23 * * *"], Some(600));
        check(&["*/20 * * * * *"], Some(20));
        check(&["30 2 * * *", "30 3 * * *"], Some(3_600));
        check(&["0 0 * * *", "10 12 * * 0"], Some(42_600));
        check(&["0 0 29 2 *"], Some(1_461 * DAY));
    }
}

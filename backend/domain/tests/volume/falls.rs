use crontopus_domain::Cause;
use crontopus_domain::volume::{DAY_MINUTES, MINUTE_MS, Reading, Turn, Volume, compared};
use crontopus_ids::TenantId;
use proptest::prelude::*;

use crate::traffic::{MONDAY, Tenant, Traffic};

const HOUR: i64 = 60;

/// From when to when nothing comes in, relative to the Monday.
fn away(minute: i64, from: i64, to: i64) -> f64 {
    f64::from(u8::from(!(from..to).contains(&(minute - MONDAY))))
}

#[test]
fn a_fall_is_found_at_once_and_its_end_too() {
    for seed in 0..6 {
        let (from, to) = (9 * HOUR + 7 * seed as i64, 9 * HOUR + 7 * seed as i64 + 25);
        let traffic = Traffic::busy(seed, 40).with(move |minute, _| away(minute, from, to));
        let watched = traffic.watch(9 * HOUR - 20..10 * HOUR + 60);
        assert_eq!(watched.turns, [(from, Turn::Fell), (to + 1, Turn::Recovered)], "seed {seed}");
        let (_, outage) = watched.outages.first_key_value().unwrap();
        assert_eq!(outage.cause, Cause::Volume);
        let minutes = |ms: i64| ms / MINUTE_MS - MONDAY;
        assert_eq!((minutes(outage.from), minutes(outage.to)), (from, to + 3), "and a minute to settle");
    }
}

/// A few jobs each by the hour: nothing is clear but the full hour, and what is clear then is enough.
#[test]
fn where_check_ins_come_by_the_hour_it_is_found_at_the_hour() {
    let tenant = |id| Tenant { id, steady: 0.0, hourly: 20.0, daily: (0.0, 0), weekend: 1.0 };
    let traffic = Traffic::of(1, (0..12).map(tenant).collect())
        .with(|minute, _| away(minute, 10 * HOUR - 30, 11 * HOUR - 30));
    let watched = traffic.watch(9 * HOUR - 10..13 * HOUR + 10);
    assert_eq!(watched.turns, [(10 * HOUR, Turn::Fell), (11 * HOUR + 1, Turn::Recovered)]);
    let steady = |id| Tenant { id, steady: 2.0, hourly: 20.0, daily: (0.0, 0), weekend: 1.0 };
    let traffic = Traffic::of(1, (0..12).map(steady).collect())
        .with(|minute, _| away(minute, 10 * HOUR - 30, 11 * HOUR - 30));
    let watched = traffic.watch(9 * HOUR - 10..13 * HOUR + 10);
    let [(fell, Turn::Fell), (over, Turn::Recovered)] = watched.turns[..] else {
        panic!("{:?}", watched.turns)
    };
    assert!((10 * HOUR - 30..10 * HOUR - 20).contains(&fell), "{fell}");
    assert!((11 * HOUR - 30..11 * HOUR + 1).contains(&over), "{over}");
}

#[test]
fn a_day_like_any_other_is_none() {
    for seed in 0..3 {
        // Thirty tenants with two check-ins a minute or more are the smallest that say something often.
        let watched = Traffic::busy(seed, 30).watch(2 * DAY_MINUTES..3 * DAY_MINUTES);
        assert_eq!(watched.turns, [], "seed {seed}");
    }
}

#[test]
fn weekends_are_not_weekdays() {
    let mut traffic = Traffic::busy(4, 40);
    traffic.tenants.iter_mut().for_each(|tenant| tenant.weekend = 0.2);
    // Around midnight, when everybody's week ends and begins.
    for day in [5, 6, 7] {
        let watched = traffic.watch(day * DAY_MINUTES - 90..day * DAY_MINUTES + 90);
        assert_eq!(watched.turns, [], "day {day}");
        assert!(watched.guard.reading.is_some_and(|reading| reading.is_well()), "it still compares");
    }
    // And on a Saturday a fall is a fall.
    let saturday = 5 * DAY_MINUTES + 12 * HOUR;
    traffic = traffic.with(move |minute, _| away(minute, saturday, saturday + 30));
    let watched = traffic.watch(saturday - 20..saturday + 50);
    assert_eq!(watched.turns.first().map(|(_, turn)| *turn), Some(Turn::Fell));
}

#[test]
fn a_gradual_fall_is_none() {
    for hours in [1, 2, 6] {
        let begin = MONDAY + 8 * HOUR;
        let left = move |minute: i64| 1.0 - (minute - begin) as f64 / (hours * HOUR) as f64;
        let traffic = Traffic::busy(7, 40).with(move |minute, _| left(minute).clamp(0.05, 1.0));
        let watched = traffic.watch(8 * HOUR - 30..(8 + hours) * HOUR + 60);
        assert_eq!(watched.turns, [], "within {hours} hours");
        assert!(watched.guard.reading.is_some_and(|reading| reading.is_fallen()), "far below, and no fall");
    }
}

#[test]
fn one_tenant_alone_is_none_however_large() {
    let mut traffic = Traffic::busy(5, 40);
    traffic.tenants[3].steady = 400.0;
    let traffic = traffic.with(|minute, tenant| if tenant.id == 3 { away(minute, 600, 700) } else { 1.0 });
    assert_eq!(traffic.watch(580..720).turns, []);
}

#[test]
fn a_burst_of_one_tenant_masks_nothing() {
    let traffic = Traffic::busy(6, 40).with(|minute, tenant| {
        let burst = if tenant.id == 3 { 50.0 } else { 0.0 };
        if away(minute, 600, 640) == 0.0 { burst } else { 1.0 }
    });
    assert_eq!(traffic.watch(580..600 + 5).turns, [(600, Turn::Fell)]);
    // Nor does a day of bursts make the days after it look low.
    let traffic = Traffic::busy(6, 40)
        .with(|minute, _| if (MONDAY - DAY_MINUTES..MONDAY).contains(&minute) { 20.0 } else { 1.0 });
    assert_eq!(traffic.watch(600..700).turns, []);
}

#[test]
fn nights_that_move_with_the_clock_are_none() {
    // Everybody's night of jobs is an hour earlier from this Monday on, as after a change of the clocks.
    let tenant = |id| Tenant { id, steady: 3.0, hourly: 0.0, daily: (0.0, 0), weekend: 1.0 };
    let night = |minute: i64| {
        let moved = if minute < MONDAY { 0 } else { HOUR };
        (2 * HOUR..2 * HOUR + 20).contains(&((minute + moved).rem_euclid(DAY_MINUTES)))
    };
    let traffic = Traffic::of(8, (0..40).map(tenant).collect())
        .with(move |minute, _| if night(minute) { 15.0 } else { 1.0 });
    assert_eq!(traffic.watch(0..4 * HOUR).turns, []);
    assert_eq!(traffic.watch(DAY_MINUTES..DAY_MINUTES + 4 * HOUR).turns, []);
}

#[test]
fn days_in_which_nobody_listened_are_no_days() {
    let traffic = Traffic::busy(9, 40);
    let minute = MONDAY + 600;
    let minutes = |keep: &dyn Fn(i64) -> bool| {
        let all = compared(minute).flat_map(|(first, last)| first..=last);
        all.filter(|at| keep(*at)).map(|at| (at, traffic.volume(at))).collect()
    };
    let days = |at: i64| (minute - at + 720).div_euclid(DAY_MINUTES);
    assert!(Reading::of(minute, &minutes(&|_| true)).is_some());
    assert!(Reading::of(minute, &minutes(&|at| days(at) <= 7)).is_some(), "a week is enough");
    assert_eq!(Reading::of(minute, &minutes(&|at| days(at) <= 6)), None, "without the weekday it is not");
    assert_eq!(Reading::of(minute, &minutes(&|at| ![1, 2, 3, 4].contains(&days(at)))), None);
    assert_eq!(Reading::of(minute, &minutes(&|at| at != minute)), None, "nor without the minute itself");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However much it is that seven tenants no longer report.
    #[test]
    fn few_tenants_are_never_silenced(
        counts in proptest::collection::vec(proptest::collection::vec(0_u32..200, 7), 310),
    ) {
        let minutes = compared(MONDAY).flat_map(|(first, last)| first..=last).zip(counts);
        let minutes = minutes.map(|(minute, counts)| {
            let mut volume = Volume::NONE;
            for (tenant, count) in counts.into_iter().enumerate().filter(|_| minute <= MONDAY - 10) {
                (0..count).for_each(|_| volume.note(TenantId::from_bits(tenant as u128)));
            }
            (minute, volume)
        });
        prop_assert_eq!(Reading::of(MONDAY, &minutes.collect()), None);
    }

    /// Any number of tenants with seven check-ins in ten minutes each.
    #[test]
    fn few_jobs_are_never_silenced(tenants in 1_u128..64, quiet in any::<u64>()) {
        let minutes = compared(MONDAY).flat_map(|(first, last)| first..=last);
        let minutes = minutes.map(|minute| {
            let mut volume = Volume::NONE;
            let comes = minute <= MONDAY - 10 && minute.rem_euclid(10) < 7 && quiet >> (minute & 63) & 1 == 0;
            (0..tenants).filter(|_| comes).for_each(|tenant| volume.note(TenantId::from_bits(tenant)));
            (minute, volume)
        });
        prop_assert_eq!(Reading::of(MONDAY, &minutes.collect()), None);
    }
}

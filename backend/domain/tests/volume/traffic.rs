//! Check-ins of many tenants over weeks, from a seed: computed where they are looked at.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crontopus_domain::Outage;
use crontopus_domain::volume::{DAY_MINUTES, Reading, Turn, Volume, VolumeGuard, compared};
use crontopus_ids::TenantId;

/// Monday 2026-11-23, 00:00 UTC, in minutes since 1970.
pub(crate) const MONDAY: i64 = 29_654_640;

/// One tenant's check-ins.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) id: u128,
    /// Check-ins that come in a minute on average.
    pub(crate) steady: f64,
    /// Check-ins that come at the full hour.
    pub(crate) hourly: f64,
    /// Check-ins that come once a day, and in which minute of its day.
    pub(crate) daily: (f64, i64),
    /// What of all that comes on Saturdays and Sundays.
    pub(crate) weekend: f64,
}

/// A part of everybody's check-ins, or of one tenant's, that comes in at these minutes.
pub(crate) type Part = Box<dyn Fn(i64, &Tenant) -> f64>;

pub(crate) struct Traffic {
    pub(crate) seed: u64,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) part: Part,
    counted: RefCell<BTreeMap<i64, Volume>>,
}

/// What the watch said: the minute, relative to the Monday, and what turned; and what it explained.
pub(crate) struct Watched {
    pub(crate) turns: Vec<(i64, Turn)>,
    pub(crate) outages: BTreeMap<i64, Outage>,
    pub(crate) guard: VolumeGuard,
}

impl Traffic {
    pub(crate) fn of(seed: u64, tenants: Vec<Tenant>) -> Self {
        Self { seed, tenants, part: Box::new(|_, _| 1.0), counted: RefCell::default() }
    }

    /// So many tenants with jobs by the minute, the hour and the day.
    pub(crate) fn busy(seed: u64, tenants: u64) -> Self {
        let mut random = Random(seed);
        let tenant = |n| Tenant {
            id: u128::from(n),
            steady: 2.0 + random.unit() * 20.0,
            hourly: random.unit() * 30.0,
            daily: (random.unit() * 50.0, (random.unit() * 1_440.0) as i64),
            weekend: 1.0,
        };
        Self::of(seed, (0..tenants).map(tenant).collect())
    }

    pub(crate) fn with(mut self, part: impl Fn(i64, &Tenant) -> f64 + 'static) -> Self {
        self.part = Box::new(part);
        self.counted.take();
        self
    }

    pub(crate) fn volume(&self, minute: i64) -> Volume {
        self.counted.borrow_mut().entry(minute).or_insert_with(|| self.count(minute)).clone()
    }

    fn count(&self, minute: i64) -> Volume {
        let mut volume = Volume::NONE;
        for tenant in &self.tenants {
            let mut random = Random(self.seed ^ (minute as u64) << 20 ^ tenant.id as u64);
            let of_day = minute.rem_euclid(DAY_MINUTES);
            let mut mean = tenant.steady;
            mean += if minute % 60 == 0 { tenant.hourly } else { 0.0 };
            mean += if of_day == tenant.daily.1 { tenant.daily.0 } else { 0.0 };
            let weekday = (minute - MONDAY).div_euclid(DAY_MINUTES).rem_euclid(7);
            mean *= if weekday >= 5 { tenant.weekend } else { 1.0 };
            for _ in 0..random.poisson(mean * (self.part)(minute, tenant)) {
                volume.note(TenantId::from_bits(tenant.id));
            }
        }
        volume
    }

    fn reading(&self, minute: i64) -> Option<Reading> {
        let minutes = compared(minute).flat_map(|(first, last)| first..=last);
        Reading::of(minute, &minutes.map(|minute| (minute, self.volume(minute))).collect())
    }

    /// Watches these minutes, relative to the Monday.
    pub(crate) fn watch(&self, minutes: Range<i64>) -> Watched {
        let mut watched =
            Watched { turns: Vec::new(), outages: BTreeMap::new(), guard: VolumeGuard::default() };
        for minute in minutes {
            let reading = self.reading(MONDAY + minute);
            let (turn, outage) = watched.guard.step(MONDAY + minute, reading);
            watched.turns.extend(turn.map(|turn| (minute, turn)));
            watched.outages.extend(outage.map(|outage| (outage.from, outage)));
        }
        watched
    }
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

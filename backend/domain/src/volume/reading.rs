//! One minute, compared with the same minute of earlier days.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DAY_MINUTES, LANES, Volume};

/// Days that are compared with: the last seven, and the same weekday of the weeks before.
pub const DAYS_BACK: [i64; 10] = [1, 2, 3, 4, 5, 6, 7, 14, 21, 28];

/// At least so many of the last seven days must be known.
const FEWEST_DAYS: usize = 4;

/// What comes in an hour earlier and later on those days counts too, where it is less: a clock change moves what is
/// done by local time, and a peak that comes once a day is nothing to wait for.
const SHIFTS: [i64; 3] = [-60, 0, 60];

/// So many minutes are looked at together, the fewest that say enough.
const WIDTHS: [i64; 3] = [1, 3, WIDEST];

/// The most of them.
pub const WIDEST: i64 = 10;

/// A lane says something when so many check-ins are usual in it.
const FEWEST_CHECK_INS: u32 = 8;

/// What is heard says something when so many lanes do. Fewer tenants cannot be told from their jobs.
pub const FEWEST_LANES: u32 = 8;

/// How much of what is usual was heard in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Minutes that were looked at together.
    pub width: i64,
    /// Lanes that say something.
    pub lanes: u32,
    /// Those of them in which less than half of what is usual was heard.
    pub silent: u32,
    /// What was heard of what is usual, percent, each lane weighing the same; more than usual is no more than 100.
    pub heard: u32,
}

/// First and last minutes that [`Reading::of`] wants to see for `minute`, today's first.
pub fn compared(minute: i64) -> impl Iterator<Item = (i64, i64)> {
    let earlier = DAYS_BACK.into_iter().flat_map(|day| SHIFTS.map(|shift| shift - day * DAY_MINUTES));
    std::iter::once(0).chain(earlier).map(move |offset| {
        let last = minute + offset;
        (last - WIDEST + 1, last)
    })
}

impl Reading {
    /// Compares `minute` with the same minute of earlier days. `minutes` holds what was counted, also when it was
    /// nothing; minutes in which we could not hear are not in it. `None` when there is too little to compare.
    pub fn of(minute: i64, minutes: &BTreeMap<i64, Volume>) -> Option<Self> {
        WIDTHS.into_iter().find_map(|width| Self::of_width(minute, width, minutes))
    }

    fn of_width(minute: i64, width: i64, minutes: &BTreeMap<i64, Volume>) -> Option<Self> {
        let now = sum(minute, width, minutes)?;
        let usual = usual(minute, width, minutes)?;
        let (mut lanes, mut silent, mut heard) = (0, 0, 0);
        for (lane, usual) in usual.into_iter().enumerate().filter(|(_, usual)| *usual >= FEWEST_CHECK_INS) {
            let came = now.of(lane);
            lanes += 1;
            silent += u32::from(u64::from(came) * 2 < u64::from(usual));
            heard += u64::from(came.min(usual)) * 100 / u64::from(usual);
        }
        let heard = u32::try_from(heard / u64::from(lanes.max(1))).unwrap_or(100);
        (lanes >= FEWEST_LANES).then_some(Self { width, lanes, silent, heard })
    }

    /// Whether hardly anything is heard from hardly anybody: three of four lanes have less than half.
    pub fn is_fallen(&self) -> bool {
        self.silent * 4 >= self.lanes * 3
    }

    /// Whether it is as usual.
    pub fn is_well(&self) -> bool {
        self.heard >= 80
    }

    /// Whether what had fallen is back, most of it at least.
    pub fn is_back(&self) -> bool {
        self.heard >= 60 && self.silent * 4 <= self.lanes
    }
}

/// What was counted in `width` minutes up to and including `last`, if we heard all the time.
fn sum(last: i64, width: i64, minutes: &BTreeMap<i64, Volume>) -> Option<Volume> {
    let mut sum = Volume::NONE;
    for minute in last - width + 1..=last {
        sum.add(minutes.get(&minute)?);
    }
    Some(sum)
}

/// What is usual in each lane: the lower of what is usual of late and of what is usual on this weekday, both at the
/// quietest of the three hours.
fn usual(minute: i64, width: i64, minutes: &BTreeMap<i64, Volume>) -> Option<[u32; LANES]> {
    let mut usual = [u32::MAX; LANES];
    for shift in SHIFTS {
        let day = |back: i64| sum(minute + shift - back * DAY_MINUTES, width, minutes);
        let lately: Vec<_> = DAYS_BACK.into_iter().filter(|back| *back <= 7).filter_map(day).collect();
        let weekday: Vec<_> = DAYS_BACK.into_iter().filter(|back| back % 7 == 0).filter_map(day).collect();
        if lately.len() < FEWEST_DAYS || weekday.is_empty() {
            return None;
        }
        for (lane, usual) in usual.iter_mut().enumerate() {
            *usual = (*usual).min(median(&lately, lane)).min(median(&weekday, lane));
        }
    }
    Some(usual)
}

/// The middle one, the lower of two: one strange day changes nothing.
fn median(days: &[Volume], lane: usize) -> u32 {
    let mut counts: Vec<_> = days.iter().map(|day| day.of(lane)).collect();
    counts.sort_unstable();
    counts[(counts.len() - 1) / 2]
}

//! Sets of days that one line can name, and what becomes of them in another zone.

use crate::cron::{ALL_DAYS, ALL_WEEKDAYS, Days, Special, bits};

/// All months.
pub(super) const ALL_MONTHS: u16 = 0x1ffe;
const FEBRUARY: u16 = 1 << 2;
const SHORT_MONTHS: u16 = 1 << 4 | 1 << 6 | 1 << 9 | 1 << 11;
const LONG_MONTHS: u16 = ALL_MONTHS & !FEBRUARY & !SHORT_MONTHS;
const WORKDAYS: u8 = 0b011_1110;

/// The days whose date, weekday and month are all named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DaySet {
    pub(super) dom: u32,
    pub(super) dow: u8,
    pub(super) months: u16,
}

impl DaySet {
    pub(super) const EVERY_DAY: DaySet = DaySet { dom: ALL_DAYS, dow: ALL_WEEKDAYS, months: ALL_MONTHS };

    pub(super) fn and(self, other: DaySet) -> Option<DaySet> {
        let both = DaySet {
            dom: self.dom & other.dom,
            dow: self.dow & other.dow,
            months: self.months & other.months,
        };
        (both.dom != 0 && both.dow != 0 && both.months != 0).then_some(both)
    }

    /// The days `by` days later. Exact but for what depends on the length of February.
    pub(super) fn shifted(self, by: i64) -> Vec<DaySet> {
        let mut sets = vec![self];
        for _ in 0..by.abs() {
            sets = sets
                .into_iter()
                .flat_map(|set| if by > 0 { set.next_day() } else { set.day_before() })
                .collect();
        }
        sets
    }

    fn next_day(self) -> Vec<DaySet> {
        let dow = (self.dow << 1 | self.dow >> 6) & ALL_WEEKDAYS;
        if self.dom == ALL_DAYS && self.months == ALL_MONTHS {
            return vec![DaySet { dow, ..self }];
        }
        let ends = [(FEBRUARY, 0b11 << 28), (SHORT_MONTHS, 1 << 30), (LONG_MONTHS, 1 << 31)];
        let ending =
            ends.iter().filter(|(_, last)| self.dom & last != 0).fold(0, |all, (months, _)| all | months);
        let ended = self.months & ending;
        let later = (ended << 1 | ended >> 11) & ALL_MONTHS;
        [DaySet { dom: self.dom << 1, dow, months: self.months }, DaySet { dom: 1 << 1, dow, months: later }]
            .into_iter()
            .filter_map(|set| set.and(DaySet::EVERY_DAY))
            .collect()
    }

    fn day_before(self) -> Vec<DaySet> {
        let dow = (self.dow >> 1 | self.dow << 6) & ALL_WEEKDAYS;
        if self.dom == ALL_DAYS && self.months == ALL_MONTHS {
            return vec![DaySet { dow, ..self }];
        }
        let mut sets = vec![DaySet { dom: self.dom >> 1 & ALL_DAYS, dow, months: self.months }];
        if self.dom & 1 << 1 != 0 {
            let earlier = (self.months >> 1 | self.months << 11) & ALL_MONTHS;
            for (months, dom) in [(FEBRUARY, 0b11 << 28), (SHORT_MONTHS, 1 << 30), (LONG_MONTHS, 1 << 31)] {
                sets.push(DaySet { dom, dow, months: earlier & months });
            }
        }
        sets.into_iter().filter_map(|set| set.and(DaySet::EVERY_DAY)).collect()
    }

    /// Leaves out dates that none of the months has.
    pub(super) fn within_months(self) -> DaySet {
        let longest = match self.months {
            months if months & LONG_MONTHS != 0 => 31,
            months if months & SHORT_MONTHS != 0 => 30,
            _ => 29,
        };
        let dom = self.dom & (u32::MAX >> (31 - longest));
        // All dates stay `*`.
        if self.dom == ALL_DAYS || dom == 0 { self } else { DaySet { dom, ..self } }
    }

    /// Names either dates or weekdays, whichever are fewer: cron cannot ask for both.
    pub(super) fn one_field(self) -> DaySet {
        if self.dom == ALL_DAYS || self.dow == ALL_WEEKDAYS {
            self
        } else if self.dom.count_ones() * 7 <= self.dow.count_ones() * 30 {
            DaySet { dow: ALL_WEEKDAYS, ..self }
        } else {
            DaySet { dom: ALL_DAYS, ..self }
        }
    }
}

/// Sets that together hold every day of an expression, and few others.
pub(super) fn day_sets(days: &Days, months: u16) -> Vec<DaySet> {
    let special = days.special.unwrap_or_default();
    let dates = dates(days.dom, &special);
    let weekdays = weekdays(days.dow, &special);
    let joined: Vec<Option<DaySet>> = if days.either {
        dates.into_iter().chain(weekdays).map(Some).collect()
    } else {
        dates.iter().flat_map(|date| weekdays.iter().map(|weekday| date.and(*weekday))).collect()
    };
    let in_months = DaySet { months, ..DaySet::EVERY_DAY };
    joined.into_iter().flatten().filter_map(|set| set.and(in_months)).collect()
}

fn dates(dom: u32, special: &Special) -> Vec<DaySet> {
    let every = DaySet::EVERY_DAY;
    let mut sets = Vec::new();
    if dom != 0 {
        sets.push(DaySet { dom, ..every });
    }
    for back in bits(special.from_end) {
        for (months, last) in [(LONG_MONTHS, 1_u32 << 31), (SHORT_MONTHS, 1 << 30), (FEBRUARY, 0b11 << 28)] {
            sets.push(DaySet { dom: last >> back & ALL_DAYS, months, ..every });
        }
    }
    if special.last_workday {
        for (months, dom) in
            [(LONG_MONTHS, 0b111 << 29), (SHORT_MONTHS, 0b111 << 28), (FEBRUARY, 0b1111 << 26)]
        {
            sets.push(DaySet { dom, dow: WORKDAYS, months });
        }
    }
    for day in bits(special.nearest_workday) {
        let around = match day {
            1 => 0b111 << 1,
            28.. => 0b1111 << (day - 2),
            _ => 0b111 << (day - 1),
        };
        sets.push(DaySet { dom: around & ALL_DAYS, dow: WORKDAYS, ..every });
    }
    sets
}

fn weekdays(dow: u8, special: &Special) -> Vec<DaySet> {
    let every = DaySet::EVERY_DAY;
    let mut sets = Vec::new();
    if dow != 0 {
        sets.push(DaySet { dow, ..every });
    }
    for (nth, &dow) in special.nth.iter().enumerate().filter(|(_, dow)| **dow != 0) {
        sets.push(DaySet { dom: (0xfe_u64 << (7 * nth)) as u32, dow, ..every });
    }
    if special.last_dow != 0 {
        sets.push(DaySet { dom: 0x3ff << 22, dow: special.last_dow, ..every });
    }
    sets
}

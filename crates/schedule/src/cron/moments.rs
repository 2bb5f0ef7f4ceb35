//! The times of day of an expression, as bit sets.

use crate::calendar::DAY;

/// Hours, minutes and seconds at which an expression fires on a day that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Moments {
    /// Bit 0 to 59; only bit 0 for five fields. Never empty, as the others.
    pub(crate) seconds: u64,
    /// Bit 0 to 59.
    pub(crate) minutes: u64,
    /// Bit 0 to 23.
    pub(crate) hours: u32,
}

/// All hours of a day.
pub(crate) const ALL_HOURS: u32 = (1 << 24) - 1;

/// Lowest set bit at or above `from`.
fn at_or_above(bits: u64, from: u32) -> Option<u32> {
    let rest = bits >> from << from;
    (rest != 0).then(|| rest.trailing_zeros())
}

/// Highest set bit at or below `to`.
fn at_or_below(bits: u64, to: u32) -> Option<u32> {
    let rest = bits & (u64::MAX >> (63 - to));
    (rest != 0).then(|| 63 - rest.leading_zeros())
}

impl Moments {
    /// First moment of a day, in seconds after midnight.
    pub(crate) fn first(&self) -> i64 {
        pack(self.hours.trailing_zeros(), self.minutes.trailing_zeros(), self.seconds.trailing_zeros())
    }

    /// Last moment of a day, in seconds after midnight.
    pub(crate) fn last(&self) -> i64 {
        pack(
            31 - self.hours.leading_zeros(),
            63 - self.minutes.leading_zeros(),
            63 - self.seconds.leading_zeros(),
        )
    }

    /// First moment at or after `second_of_day`.
    pub(crate) fn at_or_after(&self, second_of_day: i64) -> Option<i64> {
        debug_assert!((0..DAY).contains(&second_of_day));
        let (hour, minute, second) = unpack(second_of_day);
        if self.hours >> hour & 1 == 1 {
            if self.minutes >> minute & 1 == 1
                && let Some(second) = at_or_above(self.seconds, second)
            {
                return Some(pack(hour, minute, second));
            }
            if let Some(minute) = at_or_above(self.minutes, minute + 1) {
                return Some(pack(hour, minute, self.seconds.trailing_zeros()));
            }
        }
        let hour = at_or_above(u64::from(self.hours), hour + 1)?;
        Some(pack(hour, self.minutes.trailing_zeros(), self.seconds.trailing_zeros()))
    }

    /// Last moment at or before `second_of_day`.
    pub(crate) fn at_or_before(&self, second_of_day: i64) -> Option<i64> {
        debug_assert!((0..DAY).contains(&second_of_day));
        let (hour, minute, second) = unpack(second_of_day);
        let last_second = 63 - self.seconds.leading_zeros();
        if self.hours >> hour & 1 == 1 {
            if self.minutes >> minute & 1 == 1
                && let Some(second) = at_or_below(self.seconds, second)
            {
                return Some(pack(hour, minute, second));
            }
            if minute > 0
                && let Some(minute) = at_or_below(self.minutes, minute - 1)
            {
                return Some(pack(hour, minute, last_second));
            }
        }
        let hour = at_or_below(u64::from(self.hours), hour.checked_sub(1)?)?;
        Some(pack(hour, 63 - self.minutes.leading_zeros(), last_second))
    }

    /// How many moments a day has.
    pub(crate) fn count(&self) -> u32 {
        self.hours.count_ones() * self.minutes.count_ones() * self.seconds.count_ones()
    }
}

fn pack(hour: u32, minute: u32, second: u32) -> i64 {
    i64::from(hour * 3_600 + minute * 60 + second)
}

fn unpack(second_of_day: i64) -> (u32, u32, u32) {
    let second_of_day = second_of_day as u32;
    (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_agree_with_a_scan_of_the_day() {
        let moments = Moments { seconds: 1 << 5 | 1 << 59, minutes: 1 | 1 << 30 | 1 << 59, hours: 0x80_0011 };
        let all: Vec<i64> = (0..DAY)
            .filter(|&s| {
                moments.hours >> (s / 3_600) & 1 == 1
                    && moments.minutes >> (s / 60 % 60) & 1 == 1
                    && moments.seconds >> (s % 60) & 1 == 1
            })
            .collect();
        assert_eq!(all.len(), moments.count() as usize);
        assert_eq!((moments.first(), moments.last()), (all[0], *all.last().unwrap()));
        for s in 0..DAY {
            assert_eq!(moments.at_or_after(s), all.iter().copied().find(|&m| m >= s));
            assert_eq!(moments.at_or_before(s), all.iter().copied().rev().find(|&m| m <= s));
        }
    }
}

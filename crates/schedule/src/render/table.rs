//! Times of day as a table of minutes by hour, which can be turned from one zone to another.

use std::collections::BTreeMap;

use super::list::values;
use crate::cron::Moments;

const DAY_MINUTES: i64 = 1_440;

/// Bit m of row h: the time h:m.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Table([u64; 24]);

impl Table {
    pub(super) fn of(moments: &Moments) -> Self {
        let mut table = Table::default();
        for hour in values(u64::from(moments.hours)) {
            table.0[hour as usize] = moments.minutes;
        }
        table
    }

    /// Adds the time `minute` minutes after midnight.
    pub(super) fn insert(&mut self, minute: i64) {
        self.0[(minute / 60 % 24) as usize] |= 1 << (minute % 60);
    }

    fn minutes(&self) -> impl Iterator<Item = i64> + '_ {
        (0..24).flat_map(|hour| values(self.0[hour]).map(move |minute| hour as i64 * 60 + i64::from(minute)))
    }

    /// The same instants on a clock `ahead` minutes ahead, by the number of days the date moves.
    pub(super) fn turned(&self, ahead: i64) -> BTreeMap<i64, Table> {
        let mut turned = BTreeMap::<i64, Table>::new();
        for minute in self.minutes() {
            let minute = minute + ahead;
            turned.entry(minute.div_euclid(DAY_MINUTES)).or_default().insert(minute.rem_euclid(DAY_MINUTES));
        }
        turned
    }

    /// The same times of day on a clock `ahead` minutes ahead, for times that recur daily.
    pub(super) fn turned_daily(&self, ahead: i64) -> Table {
        let mut turned = Table::default();
        for minute in self.minutes() {
            turned.insert((minute + ahead).rem_euclid(DAY_MINUTES));
        }
        turned
    }

    /// The rows that are alike: (minutes, hours).
    pub(super) fn groups(&self) -> Vec<(u64, u32)> {
        let mut groups: Vec<(u64, u32)> = Vec::new();
        for (hour, &minutes) in self.0.iter().enumerate().filter(|(_, minutes)| **minutes != 0) {
            match groups.iter_mut().find(|group| group.0 == minutes) {
                Some(group) => group.1 |= 1 << hour,
                None => groups.push((minutes, 1 << hour)),
            }
        }
        groups
    }

    /// Whether all hours are alike.
    pub(super) fn is_hourly(&self) -> bool {
        self.0.iter().all(|row| *row == self.0[0])
    }
}

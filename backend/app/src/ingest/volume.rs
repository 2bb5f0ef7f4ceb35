use std::collections::BTreeMap;
use std::sync::Arc;

use crontopus_domain::volume::{MINUTE_MS, Volume};
use crontopus_ids::TenantId;
use parking_lot::Mutex;

/// After a longer pause than this, in minutes, nobody listened meanwhile.
const PAUSE: i64 = 2;

/// Counts accepted check-ins by minute, until they are stored. Cheap to clone; every clone counts into the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct VolumeMeter(Arc<Mutex<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    minutes: BTreeMap<i64, Volume>,
    /// When it was last asked.
    asked: Option<i64>,
}

impl VolumeMeter {
    /// Counts check-ins of these tenants, taken in a transaction of the moment `at` (UTC milliseconds).
    pub(super) fn note(&self, at: i64, tenants: impl Iterator<Item = TenantId>) {
        let mut counted = self.0.lock();
        // What is older was forgotten, and to begin it anew would undo what is stored.
        let minute = at.div_euclid(MINUTE_MS).max(counted.asked.map_or(i64::MIN, |asked| asked - 1));
        let volume = counted.minutes.entry(minute).or_insert(Volume::NONE);
        tenants.for_each(|tenant| volume.note(tenant));
    }

    /// What was counted of the minute `current`, of the one before, and of those that are not known to be stored:
    /// also where nothing came in, as long as somebody listened.
    pub(crate) fn unstored(&self, current: i64) -> BTreeMap<i64, Volume> {
        let mut counted = self.0.lock();
        let first = counted.asked.filter(|asked| (0..=PAUSE).contains(&(current - asked)));
        for minute in first.unwrap_or(current)..=current {
            counted.minutes.entry(minute).or_insert(Volume::NONE);
        }
        counted.asked = Some(current);
        counted.minutes.clone()
    }

    /// Forgets what is stored: everything before the minute before `current`, which a transaction may still add to.
    pub(crate) fn forget(&self, current: i64) {
        self.0.lock().minutes.retain(|minute, _| *minute >= current - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(meter: &VolumeMeter, current: i64) -> Vec<(i64, u32)> {
        let lane = Volume::lane(TenantId::from_bits(7));
        meter.unstored(current).into_iter().map(|(minute, volume)| (minute, volume.of(lane))).collect()
    }

    #[test]
    fn quiet_minutes_are_counted_and_deaf_ones_are_not() {
        let meter = VolumeMeter::default();
        let note = |at| meter.note(at, std::iter::repeat_n(TenantId::from_bits(7), 2));
        assert_eq!(minutes(&meter, 100), [(100, 0)]);
        note(100 * MINUTE_MS + 59_999);
        assert_eq!(minutes(&meter, 102), [(100, 2), (101, 0), (102, 0)]);
        meter.forget(102);
        // A transaction that took so long adds to the last minute that is still known.
        note(100 * MINUTE_MS);
        assert_eq!(minutes(&meter, 102), [(101, 2), (102, 0)]);
        meter.forget(102);
        assert_eq!(minutes(&meter, 110), [(101, 2), (102, 0), (110, 0)]);
    }
}

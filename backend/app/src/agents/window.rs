use std::collections::HashMap;

use parking_lot::Mutex;

/// Requests of one key may overtake each other by so many.
const WIDTH: u64 = 128;
/// At most so many keys are remembered; the ones not heard of for longest are forgotten first.
const KEYS: usize = 200_000;

/// Which sequence numbers each key has used, so that no signed request is taken twice. In memory: after a
/// restart the number in the database, written with each heartbeat and report, is the floor.
#[derive(Debug, Default)]
pub(crate) struct Windows(Mutex<HashMap<String, Window>>);

/// The sliding window of RFC 4303, section 3.4.3: the highest number and which of those below were seen.
#[derive(Debug, Clone, Copy)]
struct Window {
    high: u64,
    seen: u128,
    used_at: i64,
}

impl Windows {
    /// Whether the request `seq` of the key `fingerprint` is new; it is not from then on. Nothing at or
    /// below `floor` is new to a key that was not heard of before.
    pub(crate) fn admit(&self, fingerprint: &str, floor: u64, seq: u64, now: i64) -> bool {
        let mut windows = self.0.lock();
        if windows.len() >= KEYS && !windows.contains_key(fingerprint) {
            forget_oldest_half(&mut windows);
        }
        let fresh = Window { high: floor, seen: u128::MAX, used_at: now };
        let window = windows.entry(fingerprint.to_owned()).or_insert(fresh);
        window.used_at = now;
        window.admit(seq)
    }
}

impl Window {
    fn admit(&mut self, seq: u64) -> bool {
        if seq > self.high {
            let shift = seq - self.high;
            self.seen = if shift >= WIDTH { 1 } else { self.seen << shift | 1 };
            self.high = seq;
            return true;
        }
        let behind = self.high - seq;
        if behind >= WIDTH || self.seen & (1 << behind) != 0 {
            return false;
        }
        self.seen |= 1 << behind;
        true
    }
}

fn forget_oldest_half(windows: &mut HashMap<String, Window>) {
    let mut times: Vec<i64> = windows.values().map(|w| w.used_at).collect();
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    windows.retain(|_, w| w.used_at > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_once() {
        let windows = Windows::default();
        let check = |seq: u64, new: bool| {
            assert_eq!(windows.admit("k", 10, seq, 0), new, "{seq}");
        };
        check(10, false);
        check(3, false);
        check(11, true);
        check(11, false);
        check(15, true);
        check(13, true);
        check(13, false);
        check(12, true);
        check(10_000, true);
        check(9_999, true);
        check(10_000 - 127, true);
        check(10_000 - 128, false);
        check(u64::MAX, true);
        check(u64::MAX, false);
        assert!(windows.admit("other", 0, 1, 0));
    }

    #[test]
    fn memory_is_bounded() {
        let windows = Windows::default();
        for i in 0..KEYS + 10 {
            windows.admit(&i.to_string(), 0, 1, i as i64);
        }
        assert!(windows.0.lock().len() <= KEYS);
        assert!(!windows.admit(&(KEYS + 9).to_string(), 0, 1, 0), "the newest are remembered");
    }
}

//! How often somebody may do something: token buckets by key.

use std::fmt;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

/// Keys of which the state is kept before those that are full again are forgotten.
const MANY: usize = 100_000;

/// A bucket for each key: `burst` at once, then one each so often.
pub struct Bucket<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, ServiceClock, NoOpMiddleware<Nanos>>,
    burst: u32,
    every: Duration,
}

/// A bucket is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; wait a little")]
pub struct Exceeded {
    /// Until the next one.
    pub wait: Duration,
    /// So many at once.
    pub burst: u32,
    /// The time in which an empty bucket is full again.
    pub window: Duration,
}

impl<K: Hash + Eq + Clone> Bucket<K> {
    /// Full buckets by this clock: `burst` at once, then one each `every`.
    pub fn new(clock: &Arc<dyn Clock>, burst: u32, every: Duration) -> Self {
        let burst_size = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let limiter = RateLimiter::new(
            quota.allow_burst(burst_size),
            DashMapStateStore::default(),
            ServiceClock(Arc::clone(clock)),
        );
        Self { limiter, burst, every }
    }

    /// Takes one.
    ///
    /// # Errors
    /// [`Exceeded`] when there is none.
    pub fn take(&self, key: &K) -> Result<(), Exceeded> {
        if self.limiter.len() > MANY {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::Clock::now(self.limiter.clock()));
            Exceeded { wait, burst: self.burst, window: self.every * self.burst }
        })
    }
}

impl<K: Hash + Eq + Clone> fmt::Debug for Bucket<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("burst", &self.burst)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

/// The service's own clock, as the limiter wants one.
#[derive(Debug, Clone)]
struct ServiceClock(Arc<dyn Clock>);

impl governor::clock::Clock for ServiceClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_millis(self.0.now_ms().unsigned_abs()))
    }
}

#[cfg(test)]
mod tests {
    use crontopus_clock::MockClock;

    use super::*;

    #[test]
    fn a_bucket_empties_and_fills() {
        let clock = MockClock::at("2026-11-24T00:00:00Z".parse().expect("a time"));
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let bucket = Bucket::new(&shared, 2, Duration::from_secs(10));
        assert_eq!((bucket.take(&"a"), bucket.take(&"a")), (Ok(()), Ok(())));
        let exceeded = bucket.take(&"a").expect_err("it is empty");
        assert_eq!((exceeded.wait, exceeded.window), (Duration::from_secs(10), Duration::from_secs(20)));
        assert_eq!(bucket.take(&"b"), Ok(()), "another key has its own");
        clock.advance(jiff::SignedDuration::from_secs(10));
        assert_eq!(bucket.take(&"a"), Ok(()));
        assert!(bucket.take(&"a").is_err());
    }
}

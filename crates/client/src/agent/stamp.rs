use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crontopus_clock::{Clock, Entropy};

/// What makes one signature different from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Milliseconds since the Unix epoch, by the server's clock as far as it is known.
    pub now_ms: i64,
    /// Grows with each request of one key, over restarts as well.
    pub seq: u64,
    /// Random.
    pub nonce: [u8; 16],
}

/// Gives a new stamp for each request.
pub trait Stamper: Send + Sync + fmt::Debug {
    /// A stamp that was never given before.
    fn stamp(&self) -> Stamp;

    /// Milliseconds since the Unix epoch, by the server's clock as far as it is known.
    fn now_ms(&self) -> i64;
}

/// Stamps from a clock, a generator and the known distance to the server's clock. The sequence begins at the
/// greater of what the caller kept and the present time in milliseconds, so that it grows over restarts.
#[derive(Debug)]
pub struct Stamps {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// What to add to this host's clock to have the server's.
    offset_ms: AtomicI64,
    last_seq: AtomicU64,
}

impl Stamps {
    /// Stamps with sequence numbers beyond `last_seq`.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, last_seq: u64) -> Self {
        Self { clock, entropy, offset_ms: AtomicI64::new(0), last_seq: AtomicU64::new(last_seq) }
    }

    /// Says what to add to this host's clock, in milliseconds, to have the server's.
    pub fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }

    /// What is added to this host's clock, in milliseconds.
    pub fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::Relaxed)
    }

    /// The last sequence number given, to be kept.
    pub fn last_seq(&self) -> u64 {
        self.last_seq.load(Ordering::Relaxed)
    }
}

impl Stamper for Stamps {
    fn stamp(&self) -> Stamp {
        let now_ms = self.now_ms();
        let floor = u64::try_from(now_ms).unwrap_or(0);
        let next = |last: u64| last.saturating_add(1).max(floor);
        let before = self
            .last_seq
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last)))
            .unwrap_or_else(|last| last);
        let mut nonce = [0; 16];
        self.entropy.fill(&mut nonce);
        Stamp { now_ms, seq: next(before), nonce }
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms().saturating_add(self.offset_ms())
    }
}

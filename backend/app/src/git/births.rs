use std::sync::Arc;

use crontopus_clock::{Clock, Entropy};
use crontopus_ids::JobId;

/// Makes ids of new jobs that sort in the order the jobs were made, also within one millisecond: of several
/// removed jobs of one name the youngest returns.
pub(super) fn births(clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) -> impl FnMut() -> JobId + use<> {
    let (now, entropy) = (clock.now_ms(), entropy.clone());
    let mut born: i64 = 0;
    move || {
        let mut random = crate::secret::bytes::<10>(entropy.as_ref());
        // The first twelve bits after the time are a counter (RFC 9562, section 6.2, method 1).
        let low = u16::try_from(born & 0x0fff).unwrap_or_default();
        random[..2].copy_from_slice(&low.to_be_bytes());
        let id = JobId::from_parts(now + (born >> 12), random);
        born += 1;
        id
    }
}

#[cfg(test)]
mod tests {
    use crontopus_clock::{MockClock, SeededEntropy};

    use super::*;

    #[test]
    fn ids_sort_as_they_were_made() {
        let clock: Arc<dyn Clock> = Arc::new(MockClock::at("2026-11-24T12:00:00Z".parse().unwrap()));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(1));
        let mut next = births(&clock, &entropy);
        let ids: Vec<JobId> = (0..10_000).map(|_| next()).collect();
        assert!(ids.is_sorted() && ids.windows(2).all(|pair| pair[0] != pair[1]));
    }
}

use std::time::{Duration, Instant};

use anyhow::bail;

/// Asks `probe` until it has an answer; fails with `what` when `limit` has passed. The limit is a safety
/// net far above what is usual, never a measurement.
pub fn until<T>(
    what: &str,
    limit: Duration,
    mut probe: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let started = Instant::now();
    loop {
        let found = probe();
        if let Ok(Some(found)) = found {
            return Ok(found);
        }
        if started.elapsed() > limit {
            return match found {
                Err(e) => Err(e.context(format!("waited {limit:?} for {what}"))),
                Ok(_) => bail!("waited {limit:?} for {what}"),
            };
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}

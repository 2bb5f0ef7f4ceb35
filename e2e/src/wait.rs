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
    let mut last = None;
    loop {
        match probe() {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => last = None,
            Err(e) => last = Some(e),
        }
        if started.elapsed() > limit {
            match last {
                Some(e) => return Err(e.context(format!("waited {limit:?} for {what}"))),
                None => bail!("waited {limit:?} for {what}"),
            }
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}

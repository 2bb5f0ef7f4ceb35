//! Writes down that the service lives, and finds out when it did not.

use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_domain::Outage;
use crontopus_store::{Store, StoreError, SystemScope, Tx};
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::{Board, report, rest};

/// How this task is called on the board.
pub const NAME: &str = "service-heartbeat";

/// Time between two signs of life.
pub const INTERVAL: Duration = Duration::from_secs(5);

const INTERVAL_MS: i64 = 5_000;

/// Who gave no sign of life for so long is not there.
const GONE_MS: i64 = 3 * INTERVAL_MS;

/// So long after its deadline silence is judged where other processes take check-ins, too: what waits in their queues
/// cannot be asked for. A full queue is emptied in about half of that.
const OTHERS_MS: i64 = 2_000;

/// After an outage of this length reporters get the longest time to deliver.
const LONG_MS: i64 = 60_000;

/// This process's signs of life.
#[derive(Debug, Clone)]
pub struct ServiceHeartbeat {
    store: Store,
    clock: Arc<dyn Clock>,
    node: Arc<str>,
    life: Arc<Mutex<Life>>,
}

/// What is known of this process and the others.
#[derive(Debug, Default)]
struct Life {
    /// The outage before the start of this process, and that moment, until it is known whether others were there.
    before_start: Option<(Outage, i64)>,
    has_others: bool,
}

impl ServiceHeartbeat {
    /// The heartbeat of the process `node`, a name that no other process has.
    pub fn new(store: Store, clock: Arc<dyn Clock>, node: &str) -> Self {
        Self { store, clock, node: node.into(), life: Arc::default() }
    }

    /// How many milliseconds after its deadline silence is judged.
    pub(crate) fn patience_ms(&self) -> i64 {
        if self.life.lock().has_others { OTHERS_MS } else { 0 }
    }

    /// The first sign of life of this process. What lay between the last one of any process and this is an
    /// outage, however short, unless it turns out in the next signs of life that another process was there all the
    /// time. Call it before anything is judged.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn start(&self) -> Result<Option<Outage>, StoreError> {
        let now = self.clock.now_ms();
        let mut tx = self.store.begin(SystemScope::for_task("service-heartbeat")).await?;
        let last = match Self::set_back(&mut tx, now).await? {
            // How long it was away nobody knows: whoever kept something has the longest time to deliver it.
            true => Some(now - LONG_MS),
            false => tx.find_last_beat(now).await?,
        };
        let outage = last.and_then(|last| Outage::before_start(last, now));
        if let Some(outage) = outage {
            tx.save_outage(outage).await?;
        }
        tx.save_beat(&self.node, now).await?;
        let has_others = tx.has_other_process(&self.node, now, now - GONE_MS).await?;
        tx.commit().await?;
        *self.life.lock() = Life { before_start: outage.map(|outage| (outage, now)), has_others };
        Ok(outage)
    }

    /// A further sign of life. When none was written for too long (this process was stopped, or the database
    /// away), that time was an outage.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn beat(&self) -> Result<Option<Outage>, StoreError> {
        let now = self.clock.now_ms();
        let mut tx = self.store.begin(SystemScope::for_task("service-heartbeat")).await?;
        let last = match Self::set_back(&mut tx, now).await? {
            true => None,
            false => tx.find_last_beat(now).await?,
        };
        let outage = last.and_then(|last| Outage::between(last, now, INTERVAL_MS));
        if let Some(outage) = outage {
            tracing::warn!(
                from = outage.from,
                to = outage.to,
                "the service was away; what closed then is unknown"
            );
            tx.save_outage(outage).await?;
        }
        tx.save_beat(&self.node, now).await?;
        let has_others = tx.has_other_process(&self.node, now, now - GONE_MS).await?;
        let before_start = self.life.lock().before_start;
        let before_start = match before_start {
            // Whoever beats at all has done so by then.
            Some((_, start)) if now - start > GONE_MS => None,
            Some((outage, start)) if tx.has_other_process(&self.node, outage.from, start).await? => {
                tx.delete_outage(outage).await?;
                None
            }
            unknown => unknown,
        };
        tx.commit().await?;
        *self.life.lock() = Life { before_start, has_others };
        Ok(outage)
    }

    /// Whether the clock was set back: a sign of life lies further ahead than clocks of several processes differ.
    /// What was due by the clock as it was is then due by the clock as it is.
    async fn set_back(tx: &mut Tx<SystemScope>, now: i64) -> Result<bool, StoreError> {
        let by = tx.find_beat_ahead(now).await?.map_or(0, |ahead| ahead - now);
        if by <= GONE_MS {
            return Ok(false);
        }
        tracing::warn!(by_ms = by, "the clock was set back; what waits for a time is looked at again");
        tx.set_back(now, by).await?;
        Ok(true)
    }

    /// Beats until `cancel` is cancelled.
    pub async fn run(self, board: Board, cancel: CancellationToken) {
        while rest(INTERVAL, &cancel).await {
            if let Err(error) = board.round(NAME, self.beat()).await {
                report(NAME, &error);
            }
        }
    }
}

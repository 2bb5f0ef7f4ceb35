//! Decides what is overdue: sleeps until the nearest deadline of any monitor, or until woken.

use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_domain::Outage;
use crontopus_domain::monitor::{Subject, tick};
use crontopus_store::{Judged, Monitor, Store, StoreError, SystemScope, Topic, UNWOKEN_MS, Wake};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::service_heartbeat::ServiceHeartbeat;
use super::{Board, report, rest};
use crate::ingest::Ingest;

/// How this task is called on the board.
pub const NAME: &str = "sweep";

/// So many monitors are decided in the first transaction of a round: when many are due at once, the first of them are
/// not told of later because of the others.
const FIRST_BATCH: u32 = 64;

/// So many monitors are decided in one transaction at most.
const BATCH: u32 = 1_024;

/// Longest sleep: nobody is woken for a deadline that is further away, and a wake-up may be lost.
const FLOOR: Duration = Duration::from_millis(UNWOKEN_MS as u64);

/// An outage that ended longer ago than this no longer explains anything that is still undecided.
const OUTAGES_BACK_MS: i64 = 8 * 86_400_000;

/// A monitor that this server cannot judge is looked at again after so long.
const UNUSABLE_MS: i64 = 3_600_000;

/// The sweep.
#[derive(Debug)]
pub struct Sweep {
    store: Store,
    clock: Arc<dyn Clock>,
    ingest: Ingest,
    heartbeat: ServiceHeartbeat,
}

impl Sweep {
    /// A sweep that lets `ingest` go first and asks `heartbeat` whether the service was away.
    pub fn new(store: Store, clock: Arc<dyn Clock>, ingest: Ingest, heartbeat: ServiceHeartbeat) -> Self {
        Self { store, clock, ingest, heartbeat }
    }

    /// Decides whatever is due now; how many monitors.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`]: what was not decided is still due.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let until = self.clock.now_ms() - self.heartbeat.patience_ms();
        if self.next_deadline().await?.is_none_or(|due| due > until) {
            return Ok(0);
        }
        self.decide_all(until).instrument(tracing::info_span!("sweep")).await
    }

    async fn decide_all(&self, until: i64) -> Result<usize, StoreError> {
        let mut decided = 0;
        // Whatever came in before the deadline is applied before the deadline is.
        self.ingest.settled().await?;
        // A process that was stopped notices it here, before it takes silence for a miss.
        self.heartbeat.beat().await?;
        let mut limit = FIRST_BATCH;
        loop {
            let batch = self.decide(until, limit).await?;
            decided += batch;
            if batch < limit as usize {
                return Ok(decided);
            }
            limit = BATCH.min(limit * 4);
        }
    }

    /// Runs until `cancel` is cancelled.
    pub async fn run(self, board: Board, cancel: CancellationToken) {
        loop {
            // Subscribed before looking, so that nothing falls in between.
            let mut wake = self.store.subscribe(Topic::Deadlines);
            if let Err(error) = board.round(NAME, self.round()).await {
                report(NAME, &error);
                if !rest(FLOOR, &cancel).await {
                    return;
                }
                continue;
            }
            let pause = self.pause().await;
            if cancel.run_until_cancelled(Self::sleep(pause, &mut wake)).await.is_none() {
                return;
            }
        }
    }

    async fn sleep(pause: Duration, wake: &mut Wake) {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = wake.wait() => {}
        }
    }

    async fn pause(&self) -> Duration {
        let now = self.clock.now_ms();
        match self.next_deadline().await {
            Ok(Some(due)) => {
                let pause = due + self.heartbeat.patience_ms() - now;
                Duration::from_millis(u64::try_from(pause).unwrap_or(0)).min(FLOOR)
            }
            Ok(None) | Err(_) => FLOOR,
        }
    }

    async fn next_deadline(&self) -> Result<Option<i64>, StoreError> {
        self.store.read(SystemScope::for_task("sweep")).await?.find_next_deadline().await
    }

    async fn decide(&self, until: i64, limit: u32) -> Result<usize, StoreError> {
        let mut tx = self.store.begin(SystemScope::for_task("sweep")).await?;
        let due = tx.lease_due(until, limit).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now_ms();
        let outages = tx.list_outages(now - OUTAGES_BACK_MS).await?;
        let monitors = tx.lock_monitors(&due).await?;
        let judged: Vec<_> = monitors.iter().map(|monitor| self.judge(monitor, &outages, until)).collect();
        tx.write_judged(&judged, now).await?;
        tx.commit().await?;
        Ok(due.len())
    }

    fn judge(&self, monitor: &Monitor, outages: &[Outage], until: i64) -> Judged {
        let Some(expectation) = self.ingest.expectations().of(monitor) else {
            let mut judged = Judged::of(monitor, crontopus_domain::Severity::Warning);
            judged.state.deadline_at = Some(until + UNUSABLE_MS);
            return judged;
        };
        let mut judged = Judged::of(monitor, expectation.spec.severity);
        let subject = Subject { id: monitor.id, expectation: &expectation };
        let around = monitor.around(outages);
        let effects = tick(&mut judged.state, subject, around, until);
        judged.add(effects);
        judged
    }
}

//! Forgets what is old, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_store::{Store, StoreError, SystemScope, SystemTx};
use tokio_util::sync::CancellationToken;

use super::{report, rest};

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days of runs and accepted check-ins.
    pub run_days: u32,
    /// Days of outputs.
    pub output_days: u32,
    /// Days of rejected check-ins, of the outbox, and of what was discovered and not seen again.
    pub log_days: u32,
    /// Hours of live events.
    pub event_hours: u32,
}

impl Default for Keep {
    /// 90 days of runs, 30 of outputs and logs, one day of events.
    fn default() -> Self {
        Self { run_days: 90, output_days: 30, log_days: 30, event_hours: 24 }
    }
}

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(3_600);

/// Rows that one transaction forgets: few, so that no check-in waits for it.
const PIECE: u32 = 500;

/// Time between two pieces, in which check-ins have the writer for themselves.
const BREATH: Duration = Duration::from_millis(20);

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The task that forgets.
#[derive(Debug)]
pub struct Retention {
    store: Store,
    clock: Arc<dyn Clock>,
    keep: Keep,
}

/// One kind of thing that is forgotten in pieces.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Runs(crontopus_ids::TenantId),
    CheckIns(crontopus_ids::TenantId),
    Outputs,
    Rejected,
    Discovered,
    Outbox,
}

impl Retention {
    /// Forgets what is older than `keep` says.
    pub fn new(store: Store, clock: Arc<dyn Clock>, keep: Keep) -> Self {
        Self { store, clock, keep }
    }

    /// Makes room for the coming months and forgets everything that is too old; how many rows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: the rest is forgotten in the next round.
    pub async fn round(&self) -> Result<u64, StoreError> {
        let now = self.clock.now_ms();
        let runs_before = now - i64::from(self.keep.run_days) * DAY_MS;
        let months = self.store.maintain_months(now, runs_before).await?;
        if !months.is_empty() {
            tracing::info!(?months, "months were made or dropped");
        }
        let tenants = self.store.read(SystemScope::for_task("retention")).await?.list_tenant_ids().await?;
        let mut gone = 0;
        for tenant in tenants {
            gone += self.forget(Piece::Runs(tenant), runs_before).await?;
            gone += self.forget(Piece::CheckIns(tenant), runs_before).await?;
        }
        let logs_before = now - i64::from(self.keep.log_days) * DAY_MS;
        gone += self.forget(Piece::Outputs, now - i64::from(self.keep.output_days) * DAY_MS).await?;
        gone += self.forget(Piece::Rejected, logs_before).await?;
        gone += self.forget(Piece::Discovered, logs_before).await?;
        gone += self.forget(Piece::Outbox, logs_before).await?;
        let mut tx = self.begin().await?;
        gone += tx.delete_events(now - i64::from(self.keep.event_hours) * HOUR_MS).await?;
        tx.delete_old_beats(logs_before).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Runs until `cancel` is cancelled, at once and then from time to time.
    pub async fn run(self, cancel: CancellationToken) {
        loop {
            match cancel.run_until_cancelled(self.round()).await {
                Some(Err(error)) => report("retention", &error),
                Some(Ok(gone)) if gone > 0 => tracing::info!(gone, "old rows are gone"),
                Some(Ok(_)) => {}
                None => return,
            }
            if !rest(INTERVAL, &cancel).await {
                return;
            }
        }
    }

    async fn begin(&self) -> Result<SystemTx, StoreError> {
        self.store.begin(SystemScope::for_task("retention")).await
    }

    async fn forget(&self, what: Piece, before: i64) -> Result<u64, StoreError> {
        let mut gone = 0;
        loop {
            let mut tx = self.begin().await?;
            let piece = match what {
                Piece::Runs(tenant) => tx.delete_old_runs(tenant, before, PIECE).await?,
                Piece::CheckIns(tenant) => tx.delete_check_ins(tenant, before, PIECE).await?,
                Piece::Outputs => tx.delete_outputs(before, PIECE).await?,
                Piece::Rejected => tx.delete_rejected_check_ins(before, PIECE).await?,
                Piece::Discovered => tx.delete_discovered(before, PIECE).await?,
                Piece::Outbox => tx.delete_outbox(before, PIECE).await?,
            };
            tx.commit().await?;
            gone += piece;
            if piece < u64::from(PIECE) {
                return Ok(gone);
            }
            tokio::time::sleep(BREATH).await;
        }
    }
}

//! Forgets what is old, a little at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crontopus_clock::Clock;
use crontopus_domain::statistics::{DAY_MS, HOUR_MS, start_of};
use crontopus_domain::volume::MINUTE_MS;
use crontopus_ids::TenantId;
use crontopus_store::{CheckInWalk, Store, StoreError, SystemScope, SystemTx};
use tokio_util::sync::CancellationToken;

use super::counting::Counting;
use super::volume::KEPT_MINUTES;
use super::{Board, report, rest};

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days of runs and accepted check-ins.
    pub run_days: u32,
    /// Days of what was counted of runs.
    pub statistic_days: u32,
    /// Days of outputs.
    pub output_days: u32,
    /// Days of rejected check-ins, of the outbox, and of what was discovered and not seen again.
    pub log_days: u32,
    /// Hours of live events.
    pub event_hours: u32,
}

impl Default for Keep {
    /// 90 days of runs, two years of statistics, 30 days of outputs and logs, one day of events.
    fn default() -> Self {
        Self { run_days: 90, statistic_days: 750, output_days: 30, log_days: 30, event_hours: 24 }
    }
}

/// How this task is called on the board.
pub const NAME: &str = "retention";

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(3_600);

/// Rows that one transaction forgets: few, so that no check-in waits for it.
const PIECE: u32 = 100;

/// Between two pieces check-ins have the writer for themselves, for so long at least.
const BREATH: Duration = Duration::from_millis(20);

/// And for so many times as long as the piece took: forgetting has a quarter of the writer at most.
const BREATHS: u32 = 3;

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
    Runs(TenantId),
    Hours(TenantId),
    Days(TenantId),
    Outputs,
    Rejected,
    Discovered,
    Outbox,
    Events,
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
        // Whole days go, so that what was counted of a day is of all of it.
        let runs_before = start_of(now - i64::from(self.keep.run_days) * DAY_MS, DAY_MS);
        let days_before = start_of(now - i64::from(self.keep.statistic_days) * DAY_MS, DAY_MS);
        let tenants = self.store.read(SystemScope::for_task("retention")).await?.list_tenant_ids().await?;
        let counting = Counting::new(self.store.clone(), self.clock.clone());
        for tenant in &tenants {
            counting.finish(*tenant, runs_before).await?;
            let mut tx = self.begin().await?;
            tx.raise_floor(*tenant, runs_before).await?;
            tx.commit().await?;
        }
        let months = self.store.maintain_months(now, runs_before).await?;
        if !months.is_empty() {
            tracing::info!(?months, "months were made or dropped");
        }
        let mut gone = 0;
        for tenant in tenants {
            gone += self.forget(Piece::Runs(tenant), runs_before).await?;
            gone += self.forget_check_ins(tenant, runs_before).await?;
            gone += self.forget(Piece::Hours(tenant), runs_before).await?;
            gone += self.forget(Piece::Days(tenant), days_before).await?;
        }
        let logs_before = now - i64::from(self.keep.log_days) * DAY_MS;
        gone += self.forget(Piece::Outputs, now - i64::from(self.keep.output_days) * DAY_MS).await?;
        gone += self.forget(Piece::Rejected, logs_before).await?;
        gone += self.forget(Piece::Discovered, logs_before).await?;
        gone += self.forget(Piece::Outbox, logs_before).await?;
        gone += self.forget(Piece::Events, now - i64::from(self.keep.event_hours) * HOUR_MS).await?;
        let mut tx = self.begin().await?;
        tx.delete_old_beats(logs_before).await?;
        gone += tx.delete_usage_days(days_before).await?;
        tx.delete_minutes(now.div_euclid(MINUTE_MS) - KEPT_MINUTES).await?;
        gone += tx.delete_expired_sessions(now).await? + tx.delete_expired_password_resets(now).await?;
        gone += tx.delete_expired_passkey_challenges(now).await?;
        gone += tx.delete_watches(logs_before).await? + tx.delete_threads(runs_before).await?;
        gone += tx.delete_snoozes(now).await? + tx.delete_late_tellings(logs_before).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Runs until `cancel` is cancelled, at once and then from time to time.
    pub async fn run(self, board: Board, cancel: CancellationToken) {
        loop {
            match cancel.run_until_cancelled(board.round(NAME, self.round())).await {
                Some(Err(error)) => report(NAME, &error),
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
            let began = Instant::now();
            let mut tx = self.begin().await?;
            let piece = match what {
                Piece::Runs(tenant) => tx.delete_old_runs(tenant, before, PIECE).await?,
                Piece::Hours(tenant) => tx.delete_hours(tenant, before, PIECE).await?,
                Piece::Days(tenant) => tx.delete_days(tenant, before, PIECE).await?,
                Piece::Outputs => tx.delete_outputs(before, PIECE).await?,
                Piece::Rejected => tx.delete_rejected_check_ins(before, PIECE).await?,
                Piece::Discovered => tx.delete_discovered(before, PIECE).await?,
                Piece::Outbox => tx.delete_outbox(before, PIECE).await?,
                Piece::Events => tx.delete_events(before, PIECE).await?,
            };
            tx.commit().await?;
            gone += piece;
            if piece < u64::from(PIECE) {
                return Ok(gone);
            }
            breathe(began).await;
        }
    }

    async fn forget_check_ins(&self, tenant: TenantId, before: i64) -> Result<u64, StoreError> {
        let (mut walk, mut gone) = (CheckInWalk::default(), 0);
        loop {
            let began = Instant::now();
            let mut tx = self.begin().await?;
            let Some(piece) = tx.delete_check_ins(tenant, &mut walk, before, PIECE).await? else {
                return Ok(gone);
            };
            tx.commit().await?;
            gone += piece;
            breathe(began).await;
        }
    }
}

/// Leaves the writer to check-ins after a piece that began then.
async fn breathe(began: Instant) {
    tokio::time::sleep(BREATH.max(began.elapsed() * BREATHS)).await;
}

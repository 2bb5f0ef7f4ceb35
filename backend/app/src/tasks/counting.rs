//! Counts the hours again whose runs changed.
//!
//! Whatever changes a run marks its hour in the same transaction; here the hour is counted from its runs, in a
//! picture that the database keeps still, and taken over only when nobody counted a later picture. So a late report,
//! a healed miss and a run that is written twice all end in the same sums, and several processes may count at once.

use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_domain::statistics::HourTally;
use crontopus_ids::TenantId;
use crontopus_store::{DueHour, Store, StoreError, SystemScope};
use tokio_util::sync::CancellationToken;

use super::{Board, report, rest};

/// How this task is called on the board.
pub const NAME: &str = "counting";

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(2);

/// Hours that one transaction takes over: few, so that no check-in waits for it.
const PIECE: u32 = 300;

/// How often a transaction that collided with another one is tried again.
const TRIES: u32 = 5;

/// The task that counts.
#[derive(Debug, Clone)]
pub struct Counting {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Counting {
    /// Counts in `store` what is due by `clock`.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Counts every hour that is due; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: what was not counted is still due.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let now = self.clock.now_ms();
        let mut counted = 0;
        loop {
            let mut read = self.store.read(SystemScope::for_task("counting")).await?;
            let due = read.list_due_hours(now, PIECE).await?;
            let tallies = read.count_hours(&due).await?;
            drop(read);
            self.save(&tallies).await?;
            counted += due.len();
            if due.len() < PIECE as usize {
                return Ok(counted);
            }
        }
    }

    /// Counts every hour of a tenant from before `before` (UTC milliseconds) that was marked, due or not: the last
    /// time before its runs are forgotten.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn finish(&self, tenant: TenantId, before: i64) -> Result<(), StoreError> {
        loop {
            let mut read = self.store.read(SystemScope::for_task("counting")).await?;
            let due = read.list_uncounted_hours(tenant, before, PIECE).await?;
            let tallies = read.count_hours(&due).await?;
            drop(read);
            self.save(&tallies).await?;
            if due.len() < PIECE as usize {
                return Ok(());
            }
        }
    }

    /// Runs until `cancel` is cancelled.
    pub async fn run(self, board: Board, cancel: CancellationToken) {
        loop {
            if let Some(Err(error)) = cancel.run_until_cancelled(board.round(NAME, self.round())).await {
                report(NAME, &error);
            }
            if !rest(INTERVAL, &cancel).await {
                return;
            }
        }
    }

    async fn save(&self, tallies: &[(DueHour, HourTally)]) -> Result<(), StoreError> {
        if tallies.is_empty() {
            return Ok(());
        }
        for attempt in 1.. {
            match self.save_once(tallies).await {
                Err(StoreError::Collision(error)) if attempt < TRIES => {
                    tracing::debug!(%error, attempt, "counted hours collided and are tried again");
                }
                done => return done,
            }
        }
        unreachable!("the last attempt returns")
    }

    async fn save_once(&self, tallies: &[(DueHour, HourTally)]) -> Result<(), StoreError> {
        let mut tx = self.store.begin(SystemScope::for_task("counting")).await?;
        tx.save_hours(tallies).await?;
        tx.commit().await
    }
}

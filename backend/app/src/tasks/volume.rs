//! Stores how many check-ins came in each minute, and watches that they do not stop from everybody at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_domain::volume::{DAY_MINUTES, MINUTE_MS, Reading, Turn, Volume, VolumeGuard, compared};
use crontopus_domain::{Cause, Outage};
use crontopus_store::{Read, Store, StoreError, SystemScope};
use tokio_util::sync::CancellationToken;

use super::{Board, report, rest};
use crate::ingest::Ingest;

/// How this task is called on the board.
pub const NAME: &str = "volume";

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(5);

/// Every process has stored its minute so many milliseconds after its end: three rounds.
const STORED_MS: i64 = 15_000;

/// Minutes are kept for so many days; see [`compared`].
pub(super) const KEPT_MINUTES: i64 = 30 * DAY_MINUTES;

/// A watch that has read a minute so far ahead was on a clock that was wrong.
const CLOCK_MINUTES: i64 = 10;

/// The watch over the volume of check-ins.
#[derive(Debug)]
pub struct VolumeWatch {
    store: Store,
    clock: Arc<dyn Clock>,
    ingest: Ingest,
    node: Arc<str>,
}

impl VolumeWatch {
    /// A watch over what comes through `ingest` in the process `node`, a name that no other process has.
    pub fn new(store: Store, clock: Arc<dyn Clock>, ingest: Ingest, node: &str) -> Self {
        Self { store, clock, ingest, node: node.into() }
    }

    /// Stores what was counted, and reads the last minute that every process has stored, unless one of them did.
    /// What that changed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`]: the next round does what was left.
    pub async fn round(&self) -> Result<Option<Turn>, StoreError> {
        let now = self.clock.now_ms();
        self.save(now.div_euclid(MINUTE_MS)).await?;
        self.read((now - STORED_MS).div_euclid(MINUTE_MS) - 1).await
    }

    /// Runs until `cancel` is cancelled.
    pub async fn run(self, board: Board, cancel: CancellationToken) {
        loop {
            match cancel.run_until_cancelled(board.round(NAME, self.round())).await {
                None => return,
                Some(Ok(_)) => {}
                Some(Err(error)) => report(NAME, &error),
            }
            if !rest(INTERVAL, &cancel).await {
                return;
            }
        }
    }

    async fn save(&self, current: i64) -> Result<(), StoreError> {
        let mut tx = self.store.begin(SystemScope::for_task(NAME)).await?;
        for (minute, volume) in self.ingest.meter().unstored(current) {
            tx.save_minute(minute, &self.node, &volume).await?;
        }
        tx.commit().await?;
        self.ingest.meter().forget(current);
        Ok(())
    }

    async fn read(&self, minute: i64) -> Result<Option<Turn>, StoreError> {
        let mut read = self.store.read(SystemScope::for_task(NAME)).await?;
        let known = read.find_volume_guard().await?;
        let before = known.as_ref().map(|(before, _)| *before);
        if before.is_some_and(|before| (minute..minute + CLOCK_MINUTES).contains(&before)) {
            return Ok(None);
        }
        let heard = heard(&mut read, minute).await?;
        drop(read);
        let mut guard = known.map(|(_, guard)| guard).unwrap_or_default();
        let (turn, outage) = guard.step(minute, Reading::of(minute, &heard));
        let mut tx = self.store.begin(SystemScope::for_task(NAME)).await?;
        if !tx.save_volume_guard(before, minute, &guard).await? {
            return Ok(None);
        }
        if let Some(outage) = outage {
            tx.save_outage(outage).await?;
        }
        tx.commit().await?;
        if let Some(turn) = turn {
            tell(turn, &guard, outage);
        }
        Ok(turn)
    }
}

/// What all processes counted in the minutes that `minute` is compared with, as far as we heard.
async fn heard(read: &mut Read<SystemScope>, minute: i64) -> Result<BTreeMap<i64, Volume>, StoreError> {
    let outages = read.list_outages((minute - KEPT_MINUTES) * MINUTE_MS).await?;
    let mut heard = BTreeMap::new();
    for (first, last) in compared(minute) {
        for (counted, volume) in read.list_minutes(first, last).await? {
            heard.entry(counted).or_insert((last, Volume::NONE)).1.add(&volume);
        }
    }
    // Minutes of a fall are nothing to compare with; those of today are what is looked at.
    let deaf = |counted: i64, last: i64, outage: &Outage| {
        let within = outage.from < (counted + 1) * MINUTE_MS && counted * MINUTE_MS <= outage.to;
        within && (outage.cause == Cause::Away || last != minute)
    };
    heard.retain(|counted, (last, _)| !outages.iter().any(|outage| deaf(*counted, *last, outage)));
    Ok(heard.into_iter().map(|(counted, (_, volume))| (counted, volume)).collect())
}

fn tell(turn: Turn, guard: &VolumeGuard, outage: Option<Outage>) {
    let heard = guard.reading.map(|reading| reading.heard);
    match turn {
        Turn::Fell => tracing::error!(
            heard_percent = heard,
            ?outage,
            "hardly any check-ins come in from anybody: look at network, proxy, names and certificates; what \
             closes meanwhile is unknown, not missed, for two hours at most"
        ),
        Turn::Spent => tracing::error!(
            heard_percent = heard,
            "check-ins have been away for so long that silence is a miss again"
        ),
        Turn::Recovered => tracing::warn!(heard_percent = heard, ?outage, "check-ins come in again"),
        Turn::Settled => {
            tracing::warn!(
                heard_percent = heard,
                "check-ins have been few for a day: that is usual from now on"
            );
        }
    }
}

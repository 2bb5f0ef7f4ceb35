//! Looks for starts that are late, for tenants whose routes tell that.

use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_domain::Outage;
use crontopus_domain::alerts::Overdue;
use crontopus_ids::TenantId;
use crontopus_store::{Monitor, Store, StoreError, SystemScope, TenantScope};
use tokio_util::sync::CancellationToken;

use super::service_heartbeat::ServiceHeartbeat;
use super::{Board, report, rest};
use crate::ingest::Ingest;

/// What it is called on the board.
pub const NAME: &str = "lateness";

/// Time between two rounds. A window is a second at least, but who is told early is told within minutes.
const INTERVAL: Duration = Duration::from_secs(5);

/// So many monitors are told in one transaction.
const BATCH: usize = 200;

/// An outage that ended longer ago than this no longer explains a start that is late: windows are a week at most.
const OUTAGES_BACK_MS: i64 = 8 * 86_400_000;

/// The watch over late starts.
#[derive(Debug)]
pub struct Lateness {
    store: Store,
    clock: Arc<dyn Clock>,
    ingest: Ingest,
    heartbeat: ServiceHeartbeat,
}

impl Lateness {
    /// A watch that lets `ingest` go first and asks `heartbeat` whether the service was away.
    pub fn new(store: Store, clock: Arc<dyn Clock>, ingest: Ingest, heartbeat: ServiceHeartbeat) -> Self {
        Self { store, clock, ingest, heartbeat }
    }

    /// Looks once; how many late starts were told to somebody.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`]: what was not told is told in the next round.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let tenants = self.store.read(SystemScope::for_task(NAME)).await?.list_late_tenants().await?;
        if tenants.is_empty() {
            return Ok(0);
        }
        // A process that was stopped notices it here, before it takes silence for lateness.
        self.heartbeat.beat().await?;
        let mut told = 0;
        for tenant in tenants {
            told += self.tenant(tenant).await?;
        }
        Ok(told)
    }

    /// Runs until `cancel` is cancelled.
    pub async fn run(self, board: Board, cancel: CancellationToken) {
        while rest(INTERVAL, &cancel).await {
            if let Some(Err(error)) = cancel.run_until_cancelled(board.round(NAME, self.round())).await {
                report(NAME, &error);
            }
        }
    }

    async fn tenant(&self, tenant: TenantId) -> Result<usize, StoreError> {
        let now = self.clock.now_ms();
        let mut read = self.store.read(TenantScope::of(tenant)).await?;
        let overdue = read.list_overdue(now).await?;
        if overdue.is_empty() {
            return Ok(0);
        }
        let monitors = read.list_monitors_by_id(&overdue).await?;
        let rules = read.alert_rules(now).await?;
        drop(read);
        let mut system = self.store.read(SystemScope::for_task(NAME)).await?;
        let outages = system.list_outages(now - OUTAGES_BACK_MS).await?;
        drop(system);
        let late = monitors.iter().filter(|monitor| self.late(monitor, &outages, now).is_some());
        let ids: Vec<_> = late.map(|monitor| (tenant, monitor.id)).collect();
        if ids.is_empty() {
            return Ok(0);
        }
        // Whatever came in by now is applied before a start is called late.
        self.ingest.settled().await?;
        let mut told = 0;
        for ids in ids.chunks(BATCH) {
            let mut tx = self.store.begin(TenantScope::of(tenant)).await?;
            for monitor in tx.lock_monitors(ids).await? {
                let Some((overdue, severity)) = self.late(&monitor, &outages, now) else { continue };
                told += usize::from(tx.tell_late(&rules, (&monitor, severity), overdue, now).await?);
            }
            tx.commit().await?;
        }
        Ok(told)
    }

    fn late(
        &self,
        monitor: &Monitor,
        outages: &[Outage],
        now: i64,
    ) -> Option<(Overdue, crontopus_domain::Severity)> {
        let expectation = self.ingest.expectations().of(monitor)?;
        let around = monitor.around(outages);
        let overdue = Overdue::find(&monitor.state, &expectation.spec, around, now)?;
        Some((overdue, expectation.spec.severity))
    }
}

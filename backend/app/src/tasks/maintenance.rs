//! Pauses monitors for the time of a maintenance that says so, and lets them go on at its end.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_domain::monitor::{Subject, begin_maintenance, end_maintenance};
use crontopus_ids::{MonitorId, TenantId};
use crontopus_store::{Judged, Store, StoreError, SystemScope, TenantScope};
use tokio_util::sync::CancellationToken;

use super::service_heartbeat::ServiceHeartbeat;
use super::{Board, report, rest};
use crate::ingest::Ingest;

/// What it is called on the board.
pub const NAME: &str = "maintenance";

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(5);

/// An outage that ended longer ago than this no longer explains anything that is still undecided.
const OUTAGES_BACK_MS: i64 = 8 * 86_400_000;

/// The watch over maintenances.
#[derive(Debug)]
pub struct Maintenances {
    store: Store,
    clock: Arc<dyn Clock>,
    ingest: Ingest,
    heartbeat: ServiceHeartbeat,
}

impl Maintenances {
    /// A watch that lets `ingest` go first and asks `heartbeat` whether the service was away.
    pub fn new(store: Store, clock: Arc<dyn Clock>, ingest: Ingest, heartbeat: ServiceHeartbeat) -> Self {
        Self { store, clock, ingest, heartbeat }
    }

    /// Looks once; how many monitors were paused or let go.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`]: what was not done is done in the next round.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let mut changed = 0;
        let mut read = self.store.read(SystemScope::for_task(NAME)).await?;
        let tenants = read.list_pausing_tenants().await?;
        if tenants.is_empty() {
            return Ok(0);
        }
        drop(read);
        for tenant in tenants {
            changed += self.tenant(tenant).await?;
        }
        Ok(changed)
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
        let rules = read.alert_rules(now).await?;
        let paused: BTreeSet<MonitorId> = read.list_maintenance_pauses().await?.into_iter().collect();
        let places = read.list_monitor_places().await?;
        drop(read);
        let covered = places.iter().filter(|p| rules.pauses(now, &p.job, p.agent_labels.as_ref()));
        let wanted: BTreeSet<MonitorId> = covered.map(|place| place.id).collect();
        let ids: Vec<_> = wanted.symmetric_difference(&paused).map(|id| (tenant, *id)).collect();
        if ids.is_empty() {
            return Ok(0);
        }
        // What begins judges what was due before: whatever came in goes first, and a process that was stopped notices it.
        self.ingest.settled().await?;
        self.heartbeat.beat().await?;
        let mut system = self.store.read(SystemScope::for_task(NAME)).await?;
        let outages = system.list_outages(now - OUTAGES_BACK_MS).await?;
        drop(system);
        let mut tx = self.store.begin(TenantScope::of(tenant)).await?;
        let mut judged = Vec::with_capacity(ids.len());
        for monitor in tx.lock_monitors(&ids).await? {
            let Some(expectation) = self.ingest.expectations().of(&monitor) else { continue };
            let mut own = Judged::of(&monitor, expectation.spec.severity);
            let subject = Subject { id: monitor.id, expectation: &expectation };
            let effects = match wanted.contains(&monitor.id) {
                true => {
                    let around = monitor.around(&outages);
                    begin_maintenance(&mut own.state, subject, around, now)
                }
                false => end_maintenance(&mut own.state, subject, now),
            };
            own.add(effects);
            judged.push(own);
        }
        tx.write_judged(&judged, now).await?;
        for (_, id) in &ids {
            tx.set_maintenance_pause(*id, wanted.contains(id), now).await?;
        }
        tx.commit().await?;
        Ok(ids.len())
    }
}

//! What is measured of the service and of a tenant when somebody asks for metrics.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crontopus_domain::volume::VolumeGuard;
use crontopus_domain::{Severity, SyncState};
use crontopus_store::{Backlog, MonitorFigures, PoolState, StoreError, SystemScope};
use prometheus_client::registry::Registry;

use crate::access::Actor;
use crate::tasks::TaskStatus;
use crate::{App, Result};

/// Longest wait for the database; without its figures the rest is told.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the service is at this moment.
#[derive(Debug, Clone)]
pub struct ServiceFigures {
    /// When it was measured, UTC milliseconds.
    pub now: i64,
    /// What the database said; `None` when it did not answer.
    pub database: Option<DatabaseFigures>,
    /// Connections to the database.
    pub pools: Vec<PoolState>,
    /// Requests that wait in the queue of check-ins.
    pub queue_requests: usize,
    /// Most that may wait.
    pub queue_limit: usize,
    /// Bytes of what waits.
    pub queue_bytes: usize,
    /// Background tasks of this process.
    pub tasks: BTreeMap<&'static str, TaskStatus>,
}

/// What is true of the whole service, whichever process is asked.
#[derive(Debug, Clone)]
pub struct DatabaseFigures {
    /// How long one small question took.
    pub ping: Duration,
    /// Bytes.
    pub size: i64,
    /// Agents by state.
    pub agents: Vec<(String, i64)>,
    /// Repositories by state.
    pub repositories: BTreeMap<SyncState, i64>,
    /// Monitors whose deadline has passed.
    pub sweep: Backlog,
    /// Notifications that are due.
    pub outbox: Backlog,
    /// Repositories that are due for a sync.
    pub sync: Backlog,
    /// What is known of the volume of check-ins; `None` before it was first looked at.
    pub volume: Option<VolumeGuard>,
}

/// What a tenant's metrics are made of.
#[derive(Debug, Clone)]
pub struct TenantFigures {
    /// When it was measured, UTC milliseconds.
    pub now: i64,
    /// Its monitors by job and host, also the removed ones.
    pub monitors: Vec<MonitorFigures>,
    /// Incidents that are not resolved.
    pub incidents: BTreeMap<Severity, i64>,
    /// Agents by state.
    pub agents: BTreeMap<String, i64>,
}

impl App {
    /// Registers what is counted while the service runs.
    pub fn register_metrics(&self, registry: &mut Registry) {
        self.ingest().register_metrics(registry);
        self.sync_metrics.register(registry);
        self.delivery_metrics.register(registry);
    }

    /// Measures the service; never fails, so that operators see something when they need it most.
    pub async fn measure_service(&self) -> ServiceFigures {
        let now = self.now_ms();
        let database = match tokio::time::timeout(PATIENCE, self.measure_database(now)).await {
            Ok(Ok(figures)) => Some(figures),
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database gives no figures");
                None
            }
            Err(_) => {
                tracing::warn!("the database gives no figures in time");
                None
            }
        };
        ServiceFigures {
            now,
            database,
            pools: self.store.pools(),
            queue_requests: self.ingest().depth(),
            queue_limit: self.ingest().limit(),
            queue_bytes: self.ingest().waiting_bytes(),
            tasks: self.board().tasks(),
        }
    }

    async fn measure_database(&self, now: i64) -> std::result::Result<DatabaseFigures, StoreError> {
        let began = Instant::now();
        self.store.ping().await?;
        let ping = began.elapsed();
        let size = self.store.size().await?;
        let mut read = self.store.read(SystemScope::for_operator()).await?;
        Ok(DatabaseFigures {
            ping,
            size,
            agents: read.count_agents().await?,
            repositories: read.count_repositories().await?,
            sweep: read.sweep_backlog(now).await?,
            outbox: read.outbox_backlog(now).await?,
            sync: read.sync_backlog(now).await?,
            volume: read.find_volume_guard().await?.map(|(_, guard)| guard),
        })
    }

    /// Measures the actor's tenant, or the monitors of one of its namespaces.
    pub async fn measure_tenant(&self, actor: &Actor, namespace: Option<&str>) -> Result<TenantFigures> {
        let now = self.now_ms();
        let mut read = self.read(actor.tenant_id).await?;
        Ok(TenantFigures {
            now,
            monitors: read.list_monitor_figures(namespace).await?,
            incidents: read.count_open_incidents().await?,
            agents: read.count_tenant_agents().await?,
        })
    }
}

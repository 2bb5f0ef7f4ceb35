use std::sync::Arc;
use std::time::Duration;

use crontopus_app::ingest::{Door, Ingest, IngestError, Outcome, Signal, Target};
use crontopus_app::tasks::lost_agents::LostAgents;
use crontopus_app::tasks::service_heartbeat::ServiceHeartbeat;
use crontopus_app::tasks::sweep::Sweep;
use crontopus_clock::{Clock, MockClock, SeededEntropy};
use crontopus_domain::{
    CheckIn, CheckInKind, Expectation, MonitorSpec, RunKey, RunStatus, Severity, Starter, monitor,
};
use crontopus_ids::{AgentId, JobId, MonitorId, RunId, TenantId};
use crontopus_store::{
    DeliveryFilter, Incident, IncidentFilter, Monitor, NewMonitor, Paging, RecordedRun, RunFilter, Store,
    TenantScope,
};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A service without its edges, at a time of our choosing.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: MockClock,
    pub(crate) ingest: Ingest,
    pub(crate) heartbeat: ServiceHeartbeat,
    pub(crate) sweep: Sweep,
    pub(crate) lost: LostAgents,
    pub(crate) cancel: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

pub(crate) const TENANT: u128 = 7;

pub(crate) fn tenant() -> TenantId {
    TenantId::from_bits(TENANT)
}

/// Every day at 02:00 UTC, ten minutes late at most, an hour long at most.
pub(crate) fn nightly() -> MonitorSpec {
    MonitorSpec {
        crons: vec!["0 2 * * *".parse().unwrap()],
        every: None,
        timezone: "UTC".to_owned(),
        profile: crontopus_schedule::Profile::Guarded,
        starter: Starter::Elsewhere,
        early_ms: 60_000,
        late_ms: 600_000,
        jitter_ms: 0,
        max_runtime_ms: Some(3_600_000),
        min_runtime_ms: None,
        alert_after: 1,
        recover_after: 1,
        severity: Severity::Warning,
        max_since_success_ms: None,
        paused: false,
        output: crontopus_domain::OutputRule::default(),
    }
}

pub(crate) fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

impl World {
    pub(crate) fn at(store: Store, now: &str) -> Self {
        Self::named("test", store, now)
    }

    /// One of several processes at the same database.
    pub(crate) fn named(node: &str, store: Store, now: &str) -> Self {
        let clock = MockClock::at(now.parse().unwrap());
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
        let entropy = Arc::new(SeededEntropy::new(1));
        let ingest = Ingest::start(store.clone(), shared.clone(), entropy, &tasks, cancel.clone());
        let heartbeat = ServiceHeartbeat::new(store.clone(), shared.clone(), node);
        let sweep = Sweep::new(store.clone(), shared.clone(), ingest.clone(), heartbeat.clone());
        let lost =
            LostAgents::new(store.clone(), shared, ingest.expectations().clone(), Duration::from_secs(30));
        Self { store, clock, ingest, heartbeat, sweep, lost, cancel, tasks }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Moves to `now` as a service that lives all the time: beating and sweeping.
    pub(crate) async fn live_until(&self, now: &str) {
        let to: Timestamp = now.parse().unwrap();
        while self.clock.now() < to {
            self.clock.advance(SignedDuration::from_secs(10));
            self.heartbeat.beat().await.unwrap();
        }
        self.clock.set(to);
        self.sweep.round().await.unwrap();
    }

    pub(crate) async fn monitor(&self, n: u128, name: &str, spec: &MonitorSpec) -> MonitorId {
        self.monitor_on(n, name, spec, None).await
    }

    pub(crate) async fn monitor_on(
        &self,
        n: u128,
        name: &str,
        spec: &MonitorSpec,
        agent_id: Option<AgentId>,
    ) -> MonitorId {
        let id = MonitorId::from_bits(n);
        let row = NewMonitor {
            id,
            job_id: JobId::from_bits(n),
            agent_id,
            namespace: "ops",
            name,
            host: agent_id.map(|_| "db-01"),
            spec,
            digest: "d",
        };
        let expectation = Expectation::compile(spec.clone()).unwrap();
        let mut tx = self.store.begin(TenantScope::of(tenant())).await.unwrap();
        tx.create_monitors(&[(row, monitor::arm(id, &expectation, self.now()))], self.now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(crate) fn signal(&self, name: &str, kind: CheckInKind, key: RunKey) -> Signal {
        let target = Target::Job { tenant_id: tenant(), namespace: "ops".into(), name: name.into() };
        Signal::new(Door::Native, target, CheckIn::new(kind, key), self.now())
    }

    pub(crate) async fn send(&self, name: &str, kind: CheckInKind) -> RunId {
        self.submit(self.signal(name, kind, RunKey::None)).await.unwrap()
    }

    pub(crate) async fn submit(&self, signal: Signal) -> Result<RunId, IngestError> {
        match self.ingest.submit(signal).await? {
            Outcome::Accepted { run_id } => Ok(run_id.expect("it belongs to a run")),
            other => panic!("it is not taken: {other:?}"),
        }
    }

    pub(crate) async fn find(&self, id: MonitorId) -> Monitor {
        let mut read = self.store.read(TenantScope::of(tenant())).await.unwrap();
        read.find_monitor(id).await.unwrap().expect("the monitor")
    }

    pub(crate) async fn runs(&self) -> Vec<RecordedRun> {
        let mut read = self.store.read(TenantScope::of(tenant())).await.unwrap();
        read.list_runs(&RunFilter::default(), &Paging::first(200)).await.unwrap().rows
    }

    /// Status of every run, newest first.
    pub(crate) async fn statuses(&self) -> Vec<RunStatus> {
        self.runs().await.iter().map(|r| r.run.status).collect()
    }

    pub(crate) async fn incidents(&self) -> Vec<Incident> {
        let mut read = self.store.read(TenantScope::of(tenant())).await.unwrap();
        read.list_incidents(&IncidentFilter::default(), &Paging::first(200)).await.unwrap().rows
    }

    /// Occasions of what waits in the outbox, oldest first.
    pub(crate) async fn outbox(&self) -> Vec<String> {
        let mut read = self.store.read(TenantScope::of(tenant())).await.unwrap();
        let listed = read.list_deliveries(&DeliveryFilter::default(), &Paging::first(200)).await.unwrap();
        listed.rows.into_iter().rev().map(|d| d.occasion.to_string()).collect()
    }

    pub(crate) async fn end(&self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

//! Finds hosts that have gone silent, and those that are back.

use std::sync::Arc;
use std::time::Duration;

use crontopus_clock::Clock;
use crontopus_domain::monitor::{Effects, MonitorState, Subject, lose_host, regain_host};
use crontopus_domain::{Resolution, listened};
use crontopus_ids::{AgentId, TenantId};
use crontopus_store::{Judged, LostHost, SilentAgent, Store, StoreError, SystemScope, TenantScope, TenantTx};
use tokio_util::sync::CancellationToken;

use super::{Board, report, rest};
use crate::ingest::Expectations;

/// How this task is called on the board.
pub const NAME: &str = "lost-agents";

/// Time between two rounds.
const INTERVAL: Duration = Duration::from_secs(5);

/// So many hosts are declared lost in one round.
const BATCH: u32 = 500;

/// A host that is back and still has records in its spool is believed to have delivered them after this.
const SPOOL_PATIENCE_MS: i64 = 10 * 60_000;

/// The search for lost hosts.
#[derive(Debug)]
pub struct LostAgents {
    store: Store,
    clock: Arc<dyn Clock>,
    expectations: Expectations,
    silent_after_ms: i64,
}

impl LostAgents {
    /// A host is lost when it was silent for three times `heartbeat`.
    pub fn new(store: Store, clock: Arc<dyn Clock>, expectations: Expectations, heartbeat: Duration) -> Self {
        let silent_after_ms = i64::try_from(heartbeat.as_millis()).unwrap_or(30_000).saturating_mul(3);
        Self { store, clock, expectations, silent_after_ms }
    }

    /// Looks once; how many hosts were lost and how many came back.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`]: what was not done is done in the next round.
    pub async fn round(&self) -> Result<(usize, usize), StoreError> {
        let now = self.clock.now_ms();
        let mut read = self.store.read(SystemScope::for_task("lost-agents")).await?;
        let before = now - self.silent_after_ms;
        let mut silent = read.list_silent_agents(before, BATCH).await?;
        if let Some(first) = silent.iter().map(|agent| agent.seen_at).min() {
            // Only silence that could have been broken counts.
            let outages = read.list_outages(first).await?;
            silent.retain(|agent| listened(&outages, agent.seen_at, now) > self.silent_after_ms);
        }
        let lost_hosts = read.list_lost_hosts().await?;
        drop(read);
        let mut counts = (0, 0);
        for agent in &silent {
            counts.0 += usize::from(self.lose(agent, before, now).await?);
        }
        for host in lost_hosts.iter().filter(|h| self.has_ended(h, now)) {
            self.regain(host, now).await?;
            counts.1 += 1;
        }
        Ok(counts)
    }

    /// Runs until `cancel` is cancelled.
    pub async fn run(self, board: Board, cancel: CancellationToken) {
        while rest(INTERVAL, &cancel).await {
            if let Err(error) = board.round(NAME, self.round()).await {
                report(NAME, &error);
            }
        }
    }

    /// Whether the host is back and what it had kept is applied, or whether it is gone for good.
    fn has_ended(&self, host: &LostHost, now: i64) -> bool {
        match host.state.as_deref() {
            Some("lost") => false,
            Some("online") => {
                // Heartbeats go on while it delivers: patience counts from the first one. One that is to come was
                // noted before our clock was set back.
                host.spooled == 0 || host.returned_at.is_none_or(|at| (now - at).abs() > SPOOL_PATIENCE_MS)
            }
            _ => true,
        }
    }

    async fn lose(&self, agent: &SilentAgent, before: i64, now: i64) -> Result<bool, StoreError> {
        let mut tx = self.store.begin(TenantScope::of(agent.tenant_id)).await?;
        if !tx.lose_agent(agent, before, now).await? {
            return Ok(false);
        }
        self.each_monitor(&mut tx, agent.tenant_id, agent.id, now, |state, subject| {
            lose_host(state, subject)
        })
        .await?;
        tx.commit().await?;
        tracing::info!(agent = %agent.id, name = agent.name, "a host is lost");
        Ok(true)
    }

    async fn regain(&self, host: &LostHost, now: i64) -> Result<(), StoreError> {
        let mut tx = self.store.begin(TenantScope::of(host.tenant_id)).await?;
        let is_back = host.state.as_deref() == Some("online");
        let why = if is_back { Resolution::HostBack } else { Resolution::Removed };
        self.each_monitor(&mut tx, host.tenant_id, host.agent_id, now, |state, subject| {
            regain_host(state, subject, now)
        })
        .await?;
        tx.end_host_incident(host, why, now).await?;
        tx.commit().await?;
        tracing::info!(agent = %host.agent_id, is_back, "a host is no longer lost");
        Ok(())
    }

    /// Applies `change` to every monitor of the agent that stands.
    async fn each_monitor(
        &self,
        tx: &mut TenantTx,
        tenant: TenantId,
        agent: AgentId,
        now: i64,
        change: impl Fn(&mut MonitorState, Subject<'_>) -> Effects,
    ) -> Result<(), StoreError> {
        let standing = tx.list_host_monitors(agent).await?;
        let ids: Vec<_> = standing.iter().map(|m| (tenant, m.id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut judged = Vec::with_capacity(ids.len());
        for monitor in tx.lock_monitors(&ids).await? {
            let Some(expectation) = self.expectations.of(&monitor) else { continue };
            let mut own = Judged::of(&monitor, expectation.spec.severity);
            let subject = Subject { id: monitor.id, expectation: &expectation };
            let effects = change(&mut own.state, subject);
            own.add(effects);
            judged.push(own);
        }
        tx.write_judged(&judged, now).await
    }
}

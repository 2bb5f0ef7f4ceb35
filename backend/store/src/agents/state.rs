use std::collections::BTreeMap;

use crontopus_ids::AgentId;
use sqlx::FromRow;

use super::Agent;
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};
use crate::wake::Topic;

statements! {
    FIND_AGENT_SIGNAL = "SELECT state, repository, signals, signal FROM agents WHERE tenant_id = $1 AND id = $2";
    SIGNAL_AGENT = "UPDATE agents SET signals = signals + 1, signal = $3 WHERE tenant_id = $1 AND id = $2";
    UPDATE_AGENT = "UPDATE agents SET name = $3, labels = $4 WHERE tenant_id = $1 AND id = $2";
    UPDATE_AGENT_STATE = "UPDATE agents SET state = $3 WHERE tenant_id = $1 AND id = $2";
    UPDATE_AGENT_CONFIRMED = "UPDATE agents SET confirmed_commit = $3 WHERE tenant_id = $1 AND id = $2";
    UPDATE_AGENT_SEEN = "UPDATE agents SET seen_at = $3, state = $4, spooled = $5, clock_offset_ms = $6,
        applied_commit = $7, returned_at = CASE WHEN state = 'lost' AND $4 = 'online' THEN $3 ELSE returned_at END
        WHERE tenant_id = $1 AND id = $2";
    UPDATE_AGENT_REPORT = "UPDATE agents SET seen_at = $3, state = $4, version = $5, scheduler = $6,
        scheduler_running = $7, timezone = $8, tzdata_version = $9, applied_commit = $10, jobs = $11, drift = $12,
        rolling = $13, rolling_before = $14,
        returned_at = CASE WHEN state = 'lost' AND $4 = 'online' THEN $3 ELSE returned_at END
        WHERE tenant_id = $1 AND id = $2";
}

/// What an agent's open stream watches.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AgentSignal {
    /// As in [`Agent::state`].
    pub state: String,
    /// As in [`Agent::repository`].
    pub repository: String,
    /// Grows with each signal.
    pub signals: i64,
    /// The last one: `refresh`, `report` or `rotate`.
    pub signal: String,
}

impl Read<TenantScope> {
    /// What the agent's stream watches; `None` when there is no such agent.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_agent_signal(&mut self, id: AgentId) -> Result<Option<AgentSignal>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_AGENT_SIGNAL, Text(tenant), Text(id))
    }
}

impl Tx<TenantScope> {
    /// Tells an agent something over its open stream; it is woken when this commits.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn signal_agent(&mut self, id: AgentId, signal: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute SIGNAL_AGENT, Text(tenant), Text(id), signal)?;
        self.wake(Topic::Agents);
        Ok(())
    }

    /// Changes an agent's name and labels.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn update_agent(
        &mut self,
        id: AgentId,
        name: &str,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute UPDATE_AGENT, Text(tenant), Text(id), name, JsonText(labels)).map(drop)
    }

    /// Moves an agent to another state.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn update_agent_state(&mut self, id: AgentId, state: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute UPDATE_AGENT_STATE, Text(tenant), Text(id), state).map(drop)
    }

    /// Notes which commit's mass removal is confirmed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn update_agent_confirmed(&mut self, id: AgentId, commit: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute UPDATE_AGENT_CONFIRMED, Text(tenant), Text(id), commit).map(drop)
    }

    /// Stores what a heartbeat changed: `seen_at`, `state`, `spooled`, `clock_offset_ms`, `applied_commit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn update_agent_seen(&mut self, agent: &Agent) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute UPDATE_AGENT_SEEN, Text(tenant), Text(agent.id), agent.seen_at, &agent.state,
            agent.spooled, agent.clock_offset_ms, &agent.applied_commit)
        .map(drop)
    }

    /// Stores what a report changed, apart from what it says of jobs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn update_agent_report(&mut self, agent: &Agent) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute UPDATE_AGENT_REPORT, Text(tenant), Text(agent.id), agent.seen_at, &agent.state,
            &agent.version, &agent.scheduler, agent.scheduler_running, &agent.timezone, &agent.tzdata_version,
            &agent.applied_commit, agent.jobs, agent.drift, &agent.rolling, &agent.rolling_before)
        .map(drop)
    }
}

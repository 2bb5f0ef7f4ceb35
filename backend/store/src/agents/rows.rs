use std::collections::BTreeMap;

use crontopus_ids::{AgentId, TenantId};
use sqlx::FromRow;

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_AGENTS = "SELECT * FROM agents WHERE tenant_id = $1 AND (name > $2 OR (name = $2 AND id > $3))
        AND ($4 = '' OR state = $4) ORDER BY name, id LIMIT $5";
    LIST_FOLLOWERS = "SELECT * FROM agents WHERE tenant_id = $1 AND repository = $2
        AND state IN ('online', 'lost') ORDER BY name, id";
    LIST_TROUBLED_AGENTS = "SELECT * FROM agents WHERE tenant_id = $1
        AND (state IN ('lost', 'quarantined') OR (state = 'online' AND drift > 0))
        ORDER BY CASE state WHEN 'online' THEN 1 ELSE 0 END, name, id LIMIT $2";
    FIND_AGENT = "SELECT * FROM agents WHERE tenant_id = $1 AND id = $2";
    FIND_AGENT_BY_NAME = "SELECT * FROM agents WHERE tenant_id = $1 AND name = $2 AND state <> 'revoked'";
    FIND_AGENT_BY_MACHINE = "SELECT * FROM agents WHERE tenant_id = $1 AND machine = $2 AND state <> 'revoked'
        ORDER BY enrolled_at DESC LIMIT 1";
    LOCK_AGENT = "SELECT * FROM agents WHERE tenant_id = $1 AND id = $2" for update;
    CREATE_AGENT = "INSERT INTO agents (tenant_id, id, name, state, labels, repository, machine, hostname, os, arch,
            version, scheduler, scheduler_running, timezone, seen_at, spooled, jobs, drift, signals, signal,
            enrolled_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, 0, 0, '', $16)";
    COUNT_AGENTS = "SELECT state, COUNT(*) FROM agents GROUP BY state";
}

/// One enrolled host.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Agent {
    /// Whose.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Id.
    #[sqlx(try_from = "Text<AgentId>")]
    pub id: AgentId,
    /// Name in the tenant.
    pub name: String,
    /// `pending`, `online`, `lost`, `revoked` or `quarantined`.
    pub state: String,
    /// Labels manifests select by.
    #[sqlx(try_from = "JsonText<BTreeMap<String, String>>")]
    pub labels: BTreeMap<String, String>,
    /// Name of the repository it follows; empty for the tenant's only one.
    pub repository: String,
    /// SHA-256 of the machine's id with a prefix, hex.
    pub machine: String,
    /// Host's own name.
    pub hostname: String,
    /// Operating system and release.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Agent's version.
    pub version: String,
    /// Scheduler profile.
    pub scheduler: String,
    /// Whether the native scheduler runs.
    pub scheduler_running: bool,
    /// IANA zone of the host.
    pub timezone: String,
    /// Version of its time zone data.
    pub tzdata_version: Option<String>,
    /// How far its clock is ahead.
    pub clock_offset_ms: Option<i64>,
    /// When it was last heard of, UTC milliseconds.
    pub seen_at: Option<i64>,
    /// Records waiting in its spool.
    pub spooled: i64,
    /// The commit that stands on it.
    pub applied_commit: Option<String>,
    /// The commit whose mass removal an admin has confirmed.
    pub confirmed_commit: Option<String>,
    /// Jobs it holds.
    pub jobs: i64,
    /// Entries that differ from Git.
    pub drift: i64,
    /// What its next report must carry.
    pub rolling: Option<String>,
    /// What the report before carried: taken once more, for an answer that was lost on the way.
    pub rolling_before: Option<String>,
    /// UTC milliseconds.
    pub enrolled_at: i64,
}

/// Which agents to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentFilter {
    /// In this state alone.
    pub state: Option<String>,
}

impl Read<TenantScope> {
    /// Agents by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_agents(
        &mut self,
        filter: &AgentFilter,
        paging: &Paging,
    ) -> Result<Listed<Agent>, StoreError> {
        // The place in the list is `id/name`: an id has no slash.
        let after = paging.after.as_ref().and_then(|c| c.id.split_once('/')).unwrap_or_default();
        let (tenant, state) = (self.tenant(), filter.state.as_deref().unwrap_or_default());
        let rows: Vec<Agent> =
            query!(self, fetch_all LIST_AGENTS, Text(tenant), after.1, after.0, state, paging.fetch())?;
        Ok(paging.page(rows, |a| Cursor { at: 0, id: format!("{}/{}", a.id, a.name) }))
    }

    /// Agents that follow the repository and are neither waiting nor gone, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_followers(&mut self, repository: &str) -> Result<Vec<Agent>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_FOLLOWERS, Text(tenant), repository)
    }

    /// Agents that are silent, in quarantine or differ from Git, in this order; up to `limit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_troubled_agents(&mut self, limit: u32) -> Result<Vec<Agent>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_all LIST_TROUBLED_AGENTS, Text(tenant), i64::from(limit))
    }

    /// The agent with this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_agent(&mut self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_AGENT, Text(tenant), Text(id))
    }

    /// The agent with this name that was not revoked.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_agent_by_name(&mut self, name: &str) -> Result<Option<Agent>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_AGENT_BY_NAME, Text(tenant), name)
    }

    /// The last agent enrolled on this machine that was not revoked.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_agent_by_machine(&mut self, machine: &str) -> Result<Option<Agent>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_AGENT_BY_MACHINE, Text(tenant), machine)
    }
}

impl Read<SystemScope> {
    /// How many agents of all tenants are in each state.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_agents(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        query!(self, fetch_all COUNT_AGENTS)
    }
}

impl Tx<TenantScope> {
    /// The agent with this id, locked until the end of the transaction.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lock_agent(&mut self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional LOCK_AGENT, Text(tenant), Text(id))
    }

    /// Takes a host in; what it has not said yet is empty.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn create_agent(&mut self, agent: &Agent) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_AGENT, Text(tenant), Text(agent.id), &agent.name, &agent.state,
            JsonText(&agent.labels), &agent.repository, &agent.machine, &agent.hostname, &agent.os, &agent.arch,
            &agent.version, &agent.scheduler, agent.scheduler_running, &agent.timezone, agent.seen_at,
            agent.enrolled_at)
        .map(drop)
    }
}

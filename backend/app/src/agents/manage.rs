use std::collections::BTreeMap;

use crontopus_domain::EventKind;
use crontopus_ids::AgentId;
use crontopus_store::{
    Agent, AgentFilter, AgentReport, Listed, Paging, Read, SystemScope, TenantScope, TenantTx,
};

use crate::access::Actor;
use crate::names::{check_label, check_labels};
use crate::{App, Deed, Error, Result};

/// An agent, what is known of its key and what it said.
#[derive(Debug, Clone)]
pub struct AgentDetails {
    /// The agent.
    pub agent: Agent,
    /// SHA-256 of its newest key, hex; empty when it has none any more.
    pub key_fingerprint: String,
    /// What it said last of its jobs.
    pub report: AgentReport,
}

/// What changes of an agent.
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    /// New name.
    pub name: Option<String>,
    /// All labels.
    pub labels: Option<BTreeMap<String, String>>,
}

impl App {
    /// The tenant's agents by name.
    pub async fn list_agents(
        &self,
        actor: &Actor,
        state: Option<String>,
        paging: &Paging,
    ) -> Result<Listed<Agent>> {
        Ok(self.read(actor.tenant_id).await?.list_agents(&AgentFilter { state }, paging).await?)
    }

    /// One agent by its id or its name.
    pub async fn get_agent(&self, actor: &Actor, id_or_name: &str) -> Result<AgentDetails> {
        let mut read = self.read(actor.tenant_id).await?;
        let agent = find(&mut read, id_or_name).await?;
        details(&mut read, agent).await
    }

    /// Changes an agent's name and labels.
    pub async fn update_agent(
        &self,
        actor: &Actor,
        id_or_name: &str,
        change: AgentChange,
    ) -> Result<AgentDetails> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let mut agent = find(&mut tx, id_or_name).await?;
        if let Some(name) = change.name {
            check_label("/name", &name)?;
            if name.parse::<AgentId>().is_ok() || name.contains('/') {
                return Err(Error::invalid("/name", "a name is neither an id nor a path"));
            }
            agent.name = name;
        }
        if let Some(labels) = change.labels {
            check_labels("/labels", &labels)?;
            agent.labels = labels;
        }
        tx.update_agent(agent.id, &agent.name, &agent.labels).await?;
        tx.signal_agent(agent.id, "refresh").await?;
        self.note(actor, &mut tx, "update_agent", &agent).await?;
        let details = details(&mut tx, agent).await?;
        tx.commit().await?;
        Ok(details)
    }

    /// Takes the agent's keys: its next request is refused, and its open stream ends.
    pub async fn revoke_agent(&self, actor: &Actor, id_or_name: &str) -> Result<AgentDetails> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let mut agent = find(&mut tx, id_or_name).await?;
        if agent.state != "revoked" {
            "revoked".clone_into(&mut agent.state);
            tx.update_agent_state(agent.id, "revoked").await?;
            self.disarm_host(&mut tx, agent.id, self.now_ms()).await?;
            tx.wake(crontopus_store::Topic::Agents);
            self.note(actor, &mut tx, "revoke_agent", &agent).await?;
        }
        let details = details(&mut tx, agent).await?;
        tx.commit().await?;
        Ok(details)
    }

    /// Lets a host that waits for it in.
    pub async fn approve_agent(&self, actor: &Actor, id_or_name: &str) -> Result<AgentDetails> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let mut agent = find(&mut tx, id_or_name).await?;
        if agent.state != "pending" {
            return Err(Error::conflict(format!(
                "the agent does not wait for approval; it is {}",
                agent.state
            )));
        }
        "online".clone_into(&mut agent.state);
        agent.seen_at = Some(self.now_ms());
        tx.update_agent_seen(&agent).await?;
        self.note(actor, &mut tx, "approve_agent", &agent).await?;
        let details = details(&mut tx, agent).await?;
        tx.commit().await?;
        Ok(details)
    }

    /// Confirms the mass removal that the agent's plan waits with.
    pub async fn confirm_agent(&self, actor: &Actor, id_or_name: &str, commit: &str) -> Result<AgentDetails> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let mut agent = find(&mut tx, id_or_name).await?;
        agent.confirmed_commit = Some(commit.to_owned());
        tx.update_agent_confirmed(agent.id, commit).await?;
        tx.signal_agent(agent.id, "refresh").await?;
        self.note(actor, &mut tx, "confirm_agent", &agent).await?;
        let details = details(&mut tx, agent).await?;
        tx.commit().await?;
        Ok(details)
    }

    /// Asks the agent to read Git again and report.
    pub async fn sync_agent(&self, actor: &Actor, id_or_name: &str) -> Result<AgentDetails> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let agent = find(&mut tx, id_or_name).await?;
        if !matches!(agent.state.as_str(), "online" | "lost") {
            return Err(Error::conflict(format!("the agent is {}", agent.state)));
        }
        tx.signal_agent(agent.id, "refresh").await?;
        let details = details(&mut tx, agent).await?;
        tx.commit().await?;
        Ok(details)
    }

    /// How many agents of all tenants are in each state: for the operator's metrics.
    pub async fn count_agents(&self) -> Result<Vec<(String, i64)>> {
        Ok(self.store.read(SystemScope::for_operator()).await?.count_agents().await?)
    }

    async fn note(
        &self,
        actor: &Actor,
        tx: &mut TenantTx,
        action: &'static str,
        agent: &Agent,
    ) -> Result<()> {
        tx.emit(self.now_ms(), EventKind::AgentChanged, agent.id, None);
        tx.create_audit(&self.audit_line(actor, Deed::new(action, &agent.name))).await?;
        Ok(())
    }
}

/// The agent with this id or name.
async fn find(read: &mut Read<TenantScope>, id_or_name: &str) -> Result<Agent> {
    let found = match id_or_name.parse::<AgentId>() {
        Ok(id) => read.find_agent(id).await?,
        Err(_) => read.find_agent_by_name(id_or_name).await?,
    };
    found.ok_or_else(|| Error::not_found(format!("agent {id_or_name}")))
}

async fn details(read: &mut Read<TenantScope>, agent: Agent) -> Result<AgentDetails> {
    let keys = read.list_agent_keys(agent.id).await?;
    let key_fingerprint = keys.into_iter().next().map(|k| k.fingerprint).unwrap_or_default();
    let report = read.find_agent_report(agent.id).await?;
    Ok(AgentDetails { agent, key_fingerprint, report })
}

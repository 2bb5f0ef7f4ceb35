//! Which hosts have gone silent, and which of those are back.

use crontopus_domain::alerts::Happening;
use crontopus_domain::{EventKind, IncidentKind, IncidentState, Resolution, Severity};
use crontopus_ids::{AgentId, IncidentId, TenantId};

use crate::alerts::rules::About;
use crate::alerts::tell::Happened;
use crate::column::Text;
use crate::error::StoreError;
use crate::monitoring::Incident;
use crate::monitoring::incidents::{IncidentEvent, NewIncidentEvent};
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_SILENT_AGENTS = "SELECT tenant_id, id, name, seen_at FROM agents
        WHERE state = 'online' AND seen_at < $1 ORDER BY seen_at LIMIT $2";
    LIST_LOST_HOSTS = "SELECT i.tenant_id, i.agent_id, i.id, a.state, a.spooled, a.returned_at
        FROM incidents i LEFT JOIN agents a ON a.tenant_id = i.tenant_id AND a.id = i.agent_id
        WHERE i.monitor_id IS NULL AND i.state <> 'resolved'
        ORDER BY i.tenant_id, i.id";
    LOSE_AGENT = "UPDATE agents SET state = 'lost'
        WHERE tenant_id = $1 AND id = $2 AND state = 'online' AND seen_at < $3";
}

/// A host that was heard of last before a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentAgent {
    /// Its tenant.
    pub tenant_id: TenantId,
    /// The agent.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// When that was, UTC milliseconds.
    pub seen_at: i64,
}

/// A host whose silence is an open incident, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostHost {
    /// Its tenant.
    pub tenant_id: TenantId,
    /// The agent.
    pub agent_id: AgentId,
    /// The incident.
    pub incident_id: IncidentId,
    /// The agent's state; `None` when it is gone.
    pub state: Option<String>,
    /// Records waiting in its spool, as it said last.
    pub spooled: i64,
    /// When it was heard of again after it had last been lost, UTC milliseconds.
    pub returned_at: Option<i64>,
}

impl Read<SystemScope> {
    /// Up to `limit` online agents last heard of before `before` (UTC milliseconds), the longest silent first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_silent_agents(
        &mut self,
        before: i64,
        limit: u32,
    ) -> Result<Vec<SilentAgent>, StoreError> {
        type Row = (Text<TenantId>, Text<AgentId>, String, i64);
        let rows: Vec<Row> = query!(self, fetch_all LIST_SILENT_AGENTS, before, i64::from(limit))?;
        let agent =
            |(tenant, id, name, seen_at): Row| SilentAgent { tenant_id: tenant.0, id: id.0, name, seen_at };
        Ok(rows.into_iter().map(agent).collect())
    }

    /// Every host whose silence is an open incident.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_lost_hosts(&mut self) -> Result<Vec<LostHost>, StoreError> {
        type Row =
            (Text<TenantId>, Text<AgentId>, Text<IncidentId>, Option<String>, Option<i64>, Option<i64>);
        let rows: Vec<Row> = query!(self, fetch_all LIST_LOST_HOSTS)?;
        let host = |(tenant, agent, incident, state, spooled, returned_at): Row| LostHost {
            tenant_id: tenant.0,
            agent_id: agent.0,
            incident_id: incident.0,
            state,
            spooled: spooled.unwrap_or(0),
            returned_at,
        };
        Ok(rows.into_iter().map(host).collect())
    }
}

impl Tx<TenantScope> {
    /// Declares a silent agent lost, if it still is silent since before `before`, and opens its incident.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lose_agent(
        &mut self,
        agent: &SilentAgent,
        before: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        if query!(self, execute LOSE_AGENT, Text(tenant), Text(agent.id), before)? == 0 {
            return Ok(false);
        }
        self.emit(now, EventKind::AgentChanged, agent.id, None);
        if self.find_host_incident(tenant, agent.id).await?.is_some() {
            return Ok(true);
        }
        let bits = agent.id.uuid().as_u128().rotate_left(40) ^ (now as u128);
        let tail = bits.to_be_bytes()[6..].try_into().expect("16 - 6 = 10 bytes");
        let id = IncidentId::from_parts(now, tail);
        let incident = Incident {
            id,
            monitor_id: None,
            agent_id: Some(agent.id),
            namespace: None,
            name: None,
            host: None,
            kind: IncidentKind::HostSilent,
            state: IncidentState::Open,
            severity: Severity::Critical,
            title: IncidentKind::HostSilent.title(&agent.name, Some(&agent.name)),
            bad_runs: 0,
            first_run_id: None,
            last_run_id: None,
            opened_at: now,
            acknowledged_at: None,
            acknowledged_by: None,
            resolved_at: None,
            resolution: None,
        };
        self.insert_incidents(&[(tenant, incident)]).await?;
        let opened = ("opened", "host_silent", Happening::Opened);
        self.note_host(id, agent.id, opened, now).await?;
        Ok(true)
    }

    /// Ends the incident of a host that is back, or gone for good.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_host_incident(
        &mut self,
        host: &LostHost,
        why: Resolution,
        now: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        self.resolve_incidents(vec![(tenant, host.incident_id, now, why)]).await?;
        self.emit(now, EventKind::AgentChanged, host.agent_id, None);
        let resolved = ("resolved", why.as_str(), Happening::Resolved(why));
        self.note_host(host.incident_id, host.agent_id, resolved, now).await
    }

    async fn note_host(
        &mut self,
        incident_id: IncidentId,
        agent: AgentId,
        (kind, why, what): (&str, &str, Happening),
        at: i64,
    ) -> Result<(), StoreError> {
        let tenant_id = self.tenant();
        let event =
            IncidentEvent { at, kind: kind.into(), actor: None, run_id: None, note: Some(why.into()) };
        self.insert_incident_events(&[NewIncidentEvent { tenant_id, incident_id, event }]).await?;
        let about = About {
            incident: incident_id,
            kind: IncidentKind::HostSilent,
            severity: Severity::Critical,
            monitor: None,
            agent: Some(agent),
            job: None,
        };
        self.tell(&[Happened { tenant_id, about, what, run: None }], at).await?;
        self.emit(at, EventKind::IncidentChanged, incident_id, None);
        Ok(())
    }
}

//! What a host said last of its jobs. It is large when there are many, and only read when somebody looks at the host.

use crontopus_ids::AgentId;
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::{Read, Tx};

statements! {
    FIND_AGENT_REPORT = "SELECT conditions, plan FROM agent_reports WHERE tenant_id = $1 AND agent_id = $2";
    SAVE_AGENT_REPORT = "INSERT INTO agent_reports (tenant_id, agent_id, conditions, plan) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, agent_id) DO UPDATE SET conditions = excluded.conditions, plan = excluded.plan";
}

/// What a host said of its jobs.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AgentReport {
    /// JSON array, as the agent reported it.
    pub conditions: String,
    /// JSON, as the agent reported it.
    pub plan: Option<String>,
}

impl Default for AgentReport {
    fn default() -> Self {
        Self { conditions: "[]".to_owned(), plan: None }
    }
}

impl Read<TenantScope> {
    /// What the agent said last; nothing, when it said nothing yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_agent_report(&mut self, id: AgentId) -> Result<AgentReport, StoreError> {
        let tenant = self.tenant();
        let row: Option<AgentReport> =
            query!(self, fetch_optional FIND_AGENT_REPORT, Text(tenant), Text(id))?;
        Ok(row.unwrap_or_default())
    }
}

impl Tx<TenantScope> {
    /// Keeps what the agent said.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_agent_report(&mut self, id: AgentId, report: &AgentReport) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute SAVE_AGENT_REPORT, Text(tenant), Text(id), &report.conditions, &report.plan)
            .map(drop)
    }
}

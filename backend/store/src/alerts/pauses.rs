use std::collections::BTreeMap;

use crontopus_domain::alerts::JobFacts;
use crontopus_ids::{MonitorId, TenantId};

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_PAUSING_TENANTS = "SELECT tenant_id FROM documents WHERE kind = 'Maintenance' AND manifest LIKE '%effect: pause%'
        UNION SELECT tenant_id FROM maintenance_pauses";
    LIST_PAUSED = "SELECT monitor_id FROM maintenance_pauses WHERE tenant_id = $1 ORDER BY monitor_id";
    LIST_PLACES = "SELECT m.id, m.namespace, m.name, j.labels, a.labels FROM monitors m
        JOIN jobs j ON j.tenant_id = m.tenant_id AND j.id = m.job_id
        LEFT JOIN agents a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id
        WHERE m.tenant_id = $1 AND NOT m.removed ORDER BY m.id";
    PUT_PAUSE = "INSERT INTO maintenance_pauses (tenant_id, monitor_id, since) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, monitor_id) DO NOTHING";
    DELETE_PAUSE = "DELETE FROM maintenance_pauses WHERE tenant_id = $1 AND monitor_id = $2";
}

/// A monitor, and what maintenances look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorPlace {
    /// The monitor.
    pub id: MonitorId,
    /// Its job.
    pub job: JobFacts,
    /// Labels of its host, if it has one.
    pub agent_labels: Option<BTreeMap<String, String>>,
}

impl Read<SystemScope> {
    /// Tenants with a maintenance that pauses, or with monitors that one has paused.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_pausing_tenants(&mut self) -> Result<Vec<TenantId>, StoreError> {
        let rows: Vec<(Text<TenantId>,)> = query!(self, fetch_all LIST_PAUSING_TENANTS)?;
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }
}

impl Read<TenantScope> {
    /// Monitors that a maintenance has paused.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_maintenance_pauses(&mut self) -> Result<Vec<MonitorId>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(Text<MonitorId>,)> = query!(self, fetch_all LIST_PAUSED, Text(tenant))?;
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }

    /// Every monitor with what maintenances look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_monitor_places(&mut self) -> Result<Vec<MonitorPlace>, StoreError> {
        type Labels = JsonText<BTreeMap<String, String>>;
        type Row = (Text<MonitorId>, String, String, Labels, Option<Labels>);
        let tenant = self.tenant();
        let rows: Vec<Row> = query!(self, fetch_all LIST_PLACES, Text(tenant))?;
        let place = |(id, namespace, name, labels, agent): Row| MonitorPlace {
            id: id.0,
            job: JobFacts { namespace, name, labels: labels.0, routes: Vec::new() },
            agent_labels: agent.map(|labels| labels.0),
        };
        Ok(rows.into_iter().map(place).collect())
    }
}

impl Tx<TenantScope> {
    /// Remembers whether a maintenance has paused a monitor.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_maintenance_pause(
        &mut self,
        id: MonitorId,
        paused: bool,
        now: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        match paused {
            true => query!(self, execute PUT_PAUSE, Text(tenant), Text(id), now).map(drop),
            false => query!(self, execute DELETE_PAUSE, Text(tenant), Text(id)).map(drop),
        }
    }
}

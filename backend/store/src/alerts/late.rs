//! Starts that are late: found from time to time, and told once.

use crontopus_domain::alerts::{Overdue, Rules, tell_late};
use crontopus_domain::{IncidentKind, Severity};
use crontopus_ids::{IncidentId, MonitorId, TenantId};
use serde::{Deserialize, Serialize};

use super::outbox::{Payload, Told};
use super::rules::About;
use crate::column::Text;
use crate::error::StoreError;
use crate::monitoring::Monitor;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    /// Canonical documents hold the word when a route tells it; one that holds it elsewhere costs a look.
    LIST_LATE_TENANTS = "SELECT DISTINCT tenant_id FROM documents WHERE kind = 'Route' AND manifest LIKE '%late%'
        ORDER BY tenant_id";
    LIST_OVERDUE = "SELECT s.id FROM monitor_states s
        WHERE s.tenant_id = $1 AND s.status IN ('ok', 'pending') AND s.expected_at < $2 AND NOT EXISTS (
            SELECT 1 FROM late_tellings l
            WHERE l.tenant_id = s.tenant_id AND l.monitor_id = s.id AND l.expected_at >= s.expected_at)
        ORDER BY s.id";
    PUT_LATE = "INSERT INTO late_tellings (tenant_id, monitor_id, expected_at, told_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, monitor_id) DO UPDATE SET expected_at = excluded.expected_at, told_at = excluded.told_at";
    DELETE_LATE = "DELETE FROM late_tellings WHERE told_at < $1";
}

/// Which start a message tells as late. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LateStart {
    /// The monitor.
    pub monitor: MonitorId,
    /// When it should have started.
    pub expected_at: i64,
    /// When it counts as missed.
    pub closes_at: i64,
    /// How bad that is.
    pub severity: Severity,
}

impl Read<SystemScope> {
    /// Tenants with a route that tells lateness.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_late_tenants(&mut self) -> Result<Vec<TenantId>, StoreError> {
        let rows: Vec<(Text<TenantId>,)> = query!(self, fetch_all LIST_LATE_TENANTS)?;
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }
}

impl Read<TenantScope> {
    /// Monitors that wait for a start which was expected before `now` and has not been told as late.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_overdue(&mut self, now: i64) -> Result<Vec<MonitorId>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(Text<MonitorId>,)> = query!(self, fetch_all LIST_OVERDUE, Text(tenant), now)?;
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }
}

impl Tx<TenantScope> {
    /// Tells that a start of a locked monitor is late, and remembers it; whether anybody is told.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`] also when the monitor is another tenant's.
    pub async fn tell_late(
        &mut self,
        rules: &Rules,
        (monitor, severity): (&Monitor, Severity),
        overdue: Overdue,
        now: i64,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        if monitor.tenant_id != tenant {
            return Err(StoreError::inconsistent("monitors", "tenant_id", monitor.id));
        }
        let about = About {
            incident: IncidentId::from_bits(0),
            kind: IncidentKind::Late,
            severity,
            monitor: Some(monitor.id),
            agent: monitor.agent_id,
            job: Some(monitor.job_id),
        };
        let concern = self.concern(tenant, &about).await?;
        let Some(tellings) = tell_late(rules, &concern, now) else { return Ok(false) };
        let Overdue { expected_at, closes_at, .. } = overdue;
        let late = LateStart { monitor: monitor.id, expected_at, closes_at, severity };
        let told: Vec<Told> = tellings
            .into_iter()
            .map(|telling| Told {
                tenant_id: tenant,
                incident_id: None,
                telling,
                payload: Payload { late: Some(late.clone()), ..Payload::default() },
            })
            .collect();
        self.insert_outbox(&told, now).await?;
        query!(self, execute PUT_LATE, Text(tenant), Text(monitor.id), expected_at, now)?;
        Ok(!told.is_empty())
    }
}

impl Tx<SystemScope> {
    /// Forgets what was told as late before `before` (UTC milliseconds); how many rows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_late_tellings(&mut self, before: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_LATE, before)
    }
}

use crontopus_domain::alerts::{Flap, HOUR_MS, Target};
use crontopus_ids::{AgentId, IncidentId, MonitorId, TenantId};

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_FLAP = "SELECT incident_id, told, last_at FROM alert_flaps WHERE tenant_id = $1 AND subject = $2";
    PUT_FLAP = "INSERT INTO alert_flaps (tenant_id, subject, incident_id, told, last_at, check_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, subject) DO UPDATE SET incident_id = excluded.incident_id, told = excluded.told,
            last_at = excluded.last_at, check_at = excluded.check_at";
    DELETE_FLAP = "DELETE FROM alert_flaps WHERE tenant_id = $1 AND subject = $2";
    LEASE_FLAPS = "UPDATE alert_flaps SET check_at = check_at WHERE (tenant_id, subject) IN (
        SELECT f.tenant_id, f.subject FROM alert_flaps f
        WHERE f.check_at <= $1 ORDER BY f.check_at LIMIT $2" skip locked ")
        RETURNING tenant_id, subject, incident_id, told, last_at";
    FIND_NEXT_FLAP = "SELECT MIN(check_at) FROM alert_flaps";
    COUNT_MONITOR_CHANGES = "SELECT COALESCE(SUM(CASE WHEN i.opened_at > $3 THEN 1 ELSE 0 END
            + CASE WHEN i.resolved_at > $3 THEN 1 ELSE 0 END), 0)
        FROM incidents i WHERE i.tenant_id = $1 AND i.monitor_id = $2 AND (i.opened_at > $3 OR i.resolved_at > $3)";
    COUNT_AGENT_CHANGES = "SELECT COALESCE(SUM(CASE WHEN i.opened_at > $3 THEN 1 ELSE 0 END
            + CASE WHEN i.resolved_at > $3 THEN 1 ELSE 0 END), 0)
        FROM incidents i WHERE i.tenant_id = $1 AND i.agent_id = $2 AND i.monitor_id IS NULL
            AND (i.opened_at > $3 OR i.resolved_at > $3)";
}

/// What flaps: a monitor, or a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlapSubject {
    Monitor(MonitorId),
    Agent(AgentId),
}

impl std::fmt::Display for FlapSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Monitor(id) => id.fmt(f),
            Self::Agent(id) => id.fmt(f),
        }
    }
}

type ToldJson = JsonText<Vec<(String, Target)>>;

impl<S: Scope> Read<S> {
    pub(crate) async fn find_flap(
        &mut self,
        tenant: TenantId,
        subject: FlapSubject,
    ) -> Result<Option<Flap>, StoreError> {
        let row: Option<(Text<IncidentId>, ToldJson, i64)> =
            query!(self, fetch_optional FIND_FLAP, Text(tenant), Text(subject))?;
        Ok(row.map(|(incident, told, last_at)| Flap { told: told.0, incident: incident.0, last_at }))
    }

    /// How often a monitor or host changed in the hour before `now`.
    pub(crate) async fn count_changes(
        &mut self,
        tenant: TenantId,
        subject: FlapSubject,
        now: i64,
    ) -> Result<u32, StoreError> {
        let since = now - HOUR_MS;
        let (count,): (i64,) = match subject {
            FlapSubject::Monitor(id) => {
                query!(self, fetch_one COUNT_MONITOR_CHANGES, Text(tenant), Text(id), since)?
            }
            FlapSubject::Agent(id) => {
                query!(self, fetch_one COUNT_AGENT_CHANGES, Text(tenant), Text(id), since)?
            }
        };
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

impl<S: Scope> Tx<S> {
    pub(crate) async fn put_flap(
        &mut self,
        tenant: TenantId,
        subject: FlapSubject,
        flap: &Flap,
    ) -> Result<(), StoreError> {
        query!(self, execute PUT_FLAP, Text(tenant), Text(subject), Text(flap.incident), JsonText(&flap.told),
            flap.last_at, flap.check_at())
        .map(drop)
    }
}

impl Tx<SystemScope> {
    /// Up to `limit` things that have been stable for long enough at `now`, locked.
    pub(crate) async fn lease_flaps(
        &mut self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(TenantId, String, Flap)>, StoreError> {
        type Leased = (Text<TenantId>, String, Text<IncidentId>, ToldJson, i64);
        let rows: Vec<Leased> = query!(self, fetch_all LEASE_FLAPS, now, i64::from(limit))?;
        let leased = |(tenant, subject, incident, told, last_at): Leased| {
            (tenant.0, subject, Flap { told: told.0, incident: incident.0, last_at })
        };
        Ok(rows.into_iter().map(leased).collect())
    }

    pub(crate) async fn delete_flap(&mut self, tenant: TenantId, subject: &str) -> Result<(), StoreError> {
        query!(self, execute DELETE_FLAP, Text(tenant), subject).map(drop)
    }
}

impl Read<SystemScope> {
    pub(crate) async fn next_flap(&mut self) -> Result<Option<i64>, StoreError> {
        let (next,): (Option<i64>,) = query!(self, fetch_one FIND_NEXT_FLAP)?;
        Ok(next)
    }
}

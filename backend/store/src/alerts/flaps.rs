use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::alerts::{Flap, HOUR_MS, Target};
use crontopus_ids::{AgentId, IncidentId, MonitorId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope};
use crate::tx::{Read, Tx};

statements! {
    DELETE_FLAP = "DELETE FROM alert_flaps WHERE tenant_id = $1 AND subject = $2";
    LEASE_FLAPS = "UPDATE alert_flaps SET check_at = check_at WHERE (tenant_id, subject) IN (
        SELECT f.tenant_id, f.subject FROM alert_flaps f
        WHERE f.check_at <= $1 ORDER BY f.check_at LIMIT $2" skip locked ")
        RETURNING tenant_id, subject, incident_id, told, last_at";
    FIND_NEXT_FLAP = "SELECT MIN(check_at) FROM alert_flaps";
}

batches! {
    FIND_FLAPS(tenant_id Text, subject Text) = "SELECT f.tenant_id, f.subject, f.incident_id, f.told, f.last_at
        FROM {rows} CROSS JOIN alert_flaps f WHERE f.tenant_id = batch.tenant_id AND f.subject = batch.subject";
    PUT_FLAPS(tenant_id Text, subject Text, incident_id Text, told Text, last_at Int, check_at Int) =
        "INSERT INTO alert_flaps (tenant_id, subject, incident_id, told, last_at, check_at)
        SELECT tenant_id, subject, incident_id, told, last_at, check_at FROM {rows} WHERE true
        ON CONFLICT (tenant_id, subject) DO UPDATE SET incident_id = excluded.incident_id, told = excluded.told,
            last_at = excluded.last_at, check_at = excluded.check_at";
    /// A subquery for each row, so that both planners take the index of one monitor.
    COUNT_MONITOR_CHANGES(tenant_id Text, monitor_id Text, since Int) = "SELECT batch.tenant_id, batch.monitor_id,
            (SELECT COALESCE(SUM(CASE WHEN i.opened_at > batch.since THEN 1 ELSE 0 END
                + CASE WHEN i.resolved_at > batch.since THEN 1 ELSE 0 END), 0)
            FROM incidents i WHERE i.tenant_id = batch.tenant_id AND i.monitor_id = batch.monitor_id
                AND (i.opened_at > batch.since OR i.resolved_at > batch.since))
        FROM {rows}";
    COUNT_AGENT_CHANGES(tenant_id Text, agent_id Text, since Int) = "SELECT batch.tenant_id, batch.agent_id,
            (SELECT COALESCE(SUM(CASE WHEN i.opened_at > batch.since THEN 1 ELSE 0 END
                + CASE WHEN i.resolved_at > batch.since THEN 1 ELSE 0 END), 0)
            FROM incidents i WHERE i.tenant_id = batch.tenant_id AND i.agent_id = batch.agent_id
                AND i.monitor_id IS NULL AND (i.opened_at > batch.since OR i.resolved_at > batch.since))
        FROM {rows}";
}

/// What flaps: a monitor, or a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
type Row = (Text<TenantId>, String, Text<IncidentId>, ToldJson, i64);

impl<S: Scope> Read<S> {
    /// Which of these flap.
    pub(crate) async fn find_flaps(
        &mut self,
        subjects: &BTreeSet<(TenantId, FlapSubject)>,
    ) -> Result<BTreeMap<(TenantId, FlapSubject), Flap>, StoreError> {
        let mut batch = Batch::of(&FIND_FLAPS);
        let mut by_text = BTreeMap::new();
        for (tenant, subject) in subjects {
            batch.text(tenant).text(subject);
            by_text.insert((*tenant, subject.to_string()), *subject);
        }
        let rows: Vec<Row> = batch.fetch_all(self).await?;
        let flap = |(tenant, text, incident, told, last_at): Row| {
            let subject = by_text.get(&(tenant.0, text))?;
            Some(((tenant.0, *subject), Flap { told: told.0, incident: incident.0, last_at }))
        };
        Ok(rows.into_iter().filter_map(flap).collect())
    }

    /// How often monitors and hosts changed in the hour before `now`.
    pub(crate) async fn count_changes(
        &mut self,
        subjects: &BTreeSet<(TenantId, FlapSubject)>,
        now: i64,
    ) -> Result<BTreeMap<(TenantId, FlapSubject), u32>, StoreError> {
        let since = now - HOUR_MS;
        let mut monitors = Batch::of(&COUNT_MONITOR_CHANGES);
        let mut agents = Batch::of(&COUNT_AGENT_CHANGES);
        for (tenant, subject) in subjects {
            match subject {
                FlapSubject::Monitor(id) => monitors.text(tenant).text(id).int(since),
                FlapSubject::Agent(id) => agents.text(tenant).text(id).int(since),
            };
        }
        let of_monitors: Vec<(Text<TenantId>, Text<MonitorId>, i64)> = monitors.fetch_all(self).await?;
        let of_agents: Vec<(Text<TenantId>, Text<AgentId>, i64)> = agents.fetch_all(self).await?;
        let of_monitors = of_monitors.into_iter().map(|(t, id, n)| (t.0, FlapSubject::Monitor(id.0), n));
        let of_agents = of_agents.into_iter().map(|(t, id, n)| (t.0, FlapSubject::Agent(id.0), n));
        let counted = |(tenant, subject, n)| ((tenant, subject), u32::try_from(n).unwrap_or(u32::MAX));
        Ok(of_monitors.chain(of_agents).map(counted).collect())
    }
}

impl<S: Scope> Tx<S> {
    pub(crate) async fn put_flaps(
        &mut self,
        flaps: &BTreeMap<(TenantId, FlapSubject), Flap>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&PUT_FLAPS);
        for ((tenant, subject), flap) in flaps {
            batch.text(tenant).text(subject).text(flap.incident).json_text(&flap.told);
            batch.int(flap.last_at).int(flap.check_at());
        }
        batch.execute(self).await.map(drop)
    }
}

impl Tx<SystemScope> {
    /// Up to `limit` things that have been stable for long enough at `now`, locked.
    pub(crate) async fn lease_flaps(
        &mut self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(TenantId, String, Flap)>, StoreError> {
        let rows: Vec<Row> = query!(self, fetch_all LEASE_FLAPS, now, i64::from(limit))?;
        let leased = |(tenant, subject, incident, told, last_at): Row| {
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

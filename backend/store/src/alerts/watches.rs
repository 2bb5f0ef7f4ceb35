use crontopus_domain::alerts::{Target, Watch};
use crontopus_ids::{IncidentId, TenantId};

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};
use crate::wake::Topic;

statements! {
    LOCK_WATCHES = "SELECT route, told, step, base_at, last_at, next_at FROM alert_watches
        WHERE tenant_id = $1 AND incident_id = $2 ORDER BY route" for update;
    PUT_WATCH = "INSERT INTO alert_watches (tenant_id, incident_id, route, told, step, base_at, last_at, next_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id, incident_id, route) DO UPDATE SET told = excluded.told, step = excluded.step,
            base_at = excluded.base_at, last_at = excluded.last_at, next_at = excluded.next_at";
    /// Locks what is due, passing by what another process has in hand.
    LEASE_WATCHES = "UPDATE alert_watches SET next_at = next_at WHERE (tenant_id, incident_id, route) IN (
        SELECT w.tenant_id, w.incident_id, w.route FROM alert_watches w
        WHERE w.next_at <= $1 ORDER BY w.next_at LIMIT $2" skip locked ")
        RETURNING tenant_id, incident_id, route, told, step, base_at, last_at, next_at";
    /// What waits longer looks again then: it may have waited for the end of a silence that is no more. Nothing is told
    /// before its time by that.
    HASTEN_WATCHES = "UPDATE alert_watches SET next_at = $2 WHERE tenant_id = $1 AND next_at > $2";
    FIND_NEXT_WATCH = "SELECT MIN(next_at) FROM alert_watches WHERE next_at IS NOT NULL";
    DELETE_WATCHES = "DELETE FROM alert_watches WHERE next_at IS NULL AND last_at < $1 AND NOT EXISTS (
        SELECT 1 FROM incidents i WHERE i.tenant_id = alert_watches.tenant_id AND i.id = alert_watches.incident_id
            AND i.state <> 'resolved')";
}

type Row = (String, JsonText<Vec<Target>>, i64, i64, i64, Option<i64>);

fn watch((route, told, step, base_at, last_at, next_at): Row) -> Watch {
    Watch { route, told: told.0, step: u32::try_from(step).unwrap_or(u32::MAX), base_at, last_at, next_at }
}

impl<S: Scope> Tx<S> {
    /// Everything that is remembered of an incident, locked.
    pub(crate) async fn lock_watches(
        &mut self,
        tenant: TenantId,
        incident: IncidentId,
    ) -> Result<Vec<Watch>, StoreError> {
        let rows: Vec<Row> = query!(self, fetch_all LOCK_WATCHES, Text(tenant), Text(incident))?;
        Ok(rows.into_iter().map(watch).collect())
    }

    pub(crate) async fn put_watches(
        &mut self,
        tenant: TenantId,
        incident: IncidentId,
        watches: &[Watch],
    ) -> Result<(), StoreError> {
        for w in watches {
            query!(self, execute PUT_WATCH, Text(tenant), Text(incident), &w.route, JsonText(&w.told),
                i64::from(w.step), w.base_at, w.last_at, w.next_at)?;
        }
        Ok(())
    }
}

impl Tx<TenantScope> {
    /// Lets everything that waits until later than `at` (UTC milliseconds) look again at `at`.
    pub(crate) async fn hasten_watches(&mut self, at: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute HASTEN_WATCHES, Text(tenant), at)?;
        self.wake(Topic::Outbox);
        Ok(())
    }
}

impl Tx<SystemScope> {
    /// Up to `limit` watches that go on at `now` or before, locked.
    pub(crate) async fn lease_watches(
        &mut self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(TenantId, IncidentId, Watch)>, StoreError> {
        type Leased =
            (Text<TenantId>, Text<IncidentId>, String, JsonText<Vec<Target>>, i64, i64, i64, Option<i64>);
        let rows: Vec<Leased> = query!(self, fetch_all LEASE_WATCHES, now, i64::from(limit))?;
        let leased = |(tenant, incident, route, told, step, base_at, last_at, next_at): Leased| {
            (tenant.0, incident.0, watch((route, told, step, base_at, last_at, next_at)))
        };
        Ok(rows.into_iter().map(leased).collect())
    }

    /// Forgets what is remembered of incidents that were over before `before` (UTC milliseconds); how many rows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_watches(&mut self, before: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_WATCHES, before)
    }
}

impl Read<SystemScope> {
    pub(crate) async fn next_watch(&mut self) -> Result<Option<i64>, StoreError> {
        let (next,): (Option<i64>,) = query!(self, fetch_one FIND_NEXT_WATCH)?;
        Ok(next)
    }
}

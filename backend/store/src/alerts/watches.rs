use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::alerts::{Target, Watch};
use crontopus_ids::{IncidentId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};
use crate::wake::Topic;

statements! {
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

batches! {
    LOCK_WATCHES(tenant_id Text, incident_id Text) = "SELECT w.tenant_id, w.incident_id, w.route, w.told, w.step,
            w.base_at, w.last_at, w.next_at
        FROM {rows} CROSS JOIN alert_watches w
        WHERE w.tenant_id = batch.tenant_id AND w.incident_id = batch.incident_id
        ORDER BY w.tenant_id, w.incident_id, w.route" for update of w;
    PUT_WATCHES(tenant_id Text, incident_id Text, route Text, told Text, step Int, base_at Int, last_at Int,
        next_at Int) =
        "INSERT INTO alert_watches (tenant_id, incident_id, route, told, step, base_at, last_at, next_at)
        SELECT tenant_id, incident_id, route, told, step, base_at, last_at, next_at FROM {rows} WHERE true
        ON CONFLICT (tenant_id, incident_id, route) DO UPDATE SET told = excluded.told, step = excluded.step,
            base_at = excluded.base_at, last_at = excluded.last_at, next_at = excluded.next_at";
}

type Row = (Text<TenantId>, Text<IncidentId>, String, JsonText<Vec<Target>>, i64, i64, i64, Option<i64>);

fn watch(
    (tenant, incident, route, told, step, base_at, last_at, next_at): Row,
) -> (TenantId, IncidentId, Watch) {
    let step = u32::try_from(step).unwrap_or(u32::MAX);
    (tenant.0, incident.0, Watch { route, told: told.0, step, base_at, last_at, next_at })
}

impl<S: Scope> Tx<S> {
    /// Everything that is remembered of incidents, locked.
    pub(crate) async fn lock_watches(
        &mut self,
        incidents: &BTreeSet<(TenantId, IncidentId)>,
    ) -> Result<BTreeMap<(TenantId, IncidentId), Vec<Watch>>, StoreError> {
        let mut batch = Batch::of(&LOCK_WATCHES);
        for (tenant, incident) in incidents {
            batch.text(tenant).text(incident);
        }
        let mut watches: BTreeMap<_, Vec<Watch>> = BTreeMap::new();
        for (tenant, incident, watch) in batch.fetch_all(self).await?.into_iter().map(watch) {
            watches.entry((tenant, incident)).or_default().push(watch);
        }
        Ok(watches)
    }

    pub(crate) async fn put_watches(
        &mut self,
        watches: &BTreeMap<(TenantId, IncidentId, String), Watch>,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&PUT_WATCHES);
        for ((tenant, incident, route), w) in watches {
            batch.text(tenant).text(incident).text(route).json_text(&w.told).int(i64::from(w.step));
            batch.int(w.base_at).int(w.last_at).opt_int(w.next_at);
        }
        batch.execute(self).await.map(drop)
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
        let rows: Vec<Row> = query!(self, fetch_all LEASE_WATCHES, now, i64::from(limit))?;
        Ok(rows.into_iter().map(watch).collect())
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

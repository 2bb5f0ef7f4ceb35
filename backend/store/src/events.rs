//! Events for the live stream: what changed, not how it is now.

use std::collections::{BTreeMap, HashSet};

use crontopus_domain::EventKind;
use crontopus_ids::TenantId;
use serde::{Deserialize, Serialize};

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};
use crate::wake::Topic;

/// How many numbers one committed batch of events takes; more changes in one transaction become one
/// [`EventKind::Reset`].
pub const EVENTS_PER_BATCH: i64 = 4096;

statements! {
    LIST_EVENTS = "SELECT seq, at, changes FROM events
        WHERE tenant_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3";
    FIND_EVENT_BOUNDS = "SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0) FROM events WHERE tenant_id = $1";
    FIND_EVENT_HEAD = "SELECT seq FROM event_heads WHERE tenant_id = $1";
    DELETE_EVENTS = "DELETE FROM events WHERE (tenant_id, seq) IN (
        SELECT tenant_id, seq FROM events WHERE at < $1 ORDER BY at LIMIT $2)";
}

batches! {
    TAKE_SEQS(tenant_id Text) = "INSERT INTO event_heads (tenant_id, seq)
        SELECT tenant_id, 1 FROM {rows} WHERE true ORDER BY tenant_id
        ON CONFLICT (tenant_id) DO UPDATE SET seq = event_heads.seq + 1
        RETURNING tenant_id, seq";
    INSERT_EVENTS(tenant_id Text, seq Int, at Int, changes Text) = "INSERT INTO events (tenant_id, seq, at, changes)
        SELECT tenant_id, seq, at, changes FROM {rows}";
}

/// Something that changed, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Grows within the tenant, with gaps.
    pub seq: i64,
    /// What changed.
    pub kind: EventKind,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Id of the thing.
    pub id: String,
    /// `namespace/name` when it concerns one job.
    pub job: Option<String>,
}

/// An event that is written when its transaction commits.
#[derive(Debug)]
pub(crate) struct PendingEvent {
    tenant: TenantId,
    at: i64,
    change: Change,
}

/// One element of the `changes` column: kind, id, job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Change(EventKind, String, #[serde(default)] Option<String>);

impl Tx<TenantScope> {
    /// Records that something changed, in this transaction.
    pub fn emit(&mut self, at: i64, kind: EventKind, id: impl ToString, job: Option<String>) {
        let tenant = self.tenant();
        self.emit_for(tenant, at, Change(kind, id.to_string(), job));
    }
}

impl Tx<SystemScope> {
    /// Records that something of `tenant` changed, in this transaction.
    pub fn emit_of(
        &mut self,
        tenant: TenantId,
        at: i64,
        kind: EventKind,
        id: impl ToString,
        job: Option<String>,
    ) {
        self.emit_for(tenant, at, Change(kind, id.to_string(), job));
    }
}

impl<S: Scope> Tx<S> {
    fn emit_for(&mut self, tenant: TenantId, at: i64, change: Change) {
        self.events.push(PendingEvent { tenant, at, change });
        self.wake(Topic::Events);
    }

    /// Writes the events as the last thing of the transaction: the tenant's row in `event_heads` stays
    /// locked until the commit, so that numbers become visible in their order.
    pub(crate) async fn write_events(&mut self) -> Result<(), StoreError> {
        let mut tenants: BTreeMap<TenantId, (i64, Vec<Change>)> = BTreeMap::new();
        for event in std::mem::take(&mut self.events) {
            let (at, changes) = tenants.entry(event.tenant).or_insert((event.at, Vec::new()));
            *at = event.at.max(*at);
            changes.push(event.change);
        }
        let mut heads = Batch::of(&TAKE_SEQS);
        for tenant in tenants.keys() {
            heads.text(tenant);
        }
        let mut rows = Batch::of(&INSERT_EVENTS);
        for (tenant, seq) in heads.fetch_all::<(Text<TenantId>, i64), S>(self).await? {
            let Some((at, changes)) = tenants.remove(&tenant.0) else { continue };
            let mut seen = HashSet::with_capacity(changes.len());
            let mut changes: Vec<&Change> = changes.iter().filter(|change| seen.insert(*change)).collect();
            let too_many = Change(EventKind::Reset, String::new(), None);
            if changes.len() as i64 > EVENTS_PER_BATCH {
                changes = vec![&too_many];
            }
            let json = serde_json::to_string(&changes)
                .map_err(|_| StoreError::inconsistent("events", "changes", tenant.0))?;
            rows.text(tenant.0).int(seq).int(at).text(json);
        }
        rows.execute(self).await.map(drop)
    }
}

impl Read<TenantScope> {
    /// Events after number `after`, oldest first: about `limit` of them, at least those of one commit.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_events(&mut self, after: i64, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        let (first, tenant) = (after.div_euclid(EVENTS_PER_BATCH), self.tenant());
        let rows: Vec<(i64, i64, JsonText<Vec<Change>>)> =
            query!(self, fetch_all LIST_EVENTS, Text(tenant), first, i64::from(limit))?;
        let mut events = Vec::new();
        for (batch, at, JsonText(changes)) in rows {
            if events.len() >= limit as usize {
                break;
            }
            let numbered = (batch * EVENTS_PER_BATCH..).zip(changes);
            let of_batch =
                numbered.map(|(seq, Change(kind, id, job))| RecordedEvent { seq, kind, at, id, job });
            events.extend(of_batch.filter(|e| e.seq > after));
        }
        Ok(events)
    }

    /// The number to resume from for whoever wants only what comes: no event has a greater one yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn last_event(&mut self) -> Result<i64, StoreError> {
        let tenant = self.tenant();
        let head: Option<(i64,)> = query!(self, fetch_optional FIND_EVENT_HEAD, Text(tenant))?;
        Ok(head.map_or(0, |(seq,)| (seq + 1) * EVENTS_PER_BATCH - 1))
    }

    /// Whether every event after number `after` is still here; otherwise the reader missed some.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_events_since(&mut self, after: i64) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let head: Option<(i64,)> = query!(self, fetch_optional FIND_EVENT_HEAD, Text(tenant))?;
        let (first, _): (i64, i64) = query!(self, fetch_one FIND_EVENT_BOUNDS, Text(tenant))?;
        let batch = after.div_euclid(EVENTS_PER_BATCH);
        Ok(match head {
            None => after <= 0,
            Some((head,)) if first == 0 => batch == head,
            Some((head,)) => batch + 1 >= first && batch <= head,
        })
    }
}

impl Tx<SystemScope> {
    /// Forgets events older than `before` (UTC milliseconds), those of up to `limit` commits; of how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_events(&mut self, before: i64, limit: u32) -> Result<u64, StoreError> {
        query!(self, execute DELETE_EVENTS, before, i64::from(limit))
    }
}

use crontopus_ids::{OutboxId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};
use crate::wake::Topic;

statements! {
    LIST_OUTBOX = "SELECT tenant_id, id, stream, kind, dedup_key, payload, created_at, due_at, attempts
        FROM outbox WHERE tenant_id = $1 AND done_at IS NULL ORDER BY created_at, id LIMIT $2";
    DELETE_OUTBOX = "DELETE FROM outbox WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM outbox WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
}

batches! {
    INSERT_OUTBOX(tenant_id Text, id Text, stream Text, kind Text, dedup_key Text, payload Text, created_at Int) =
        "INSERT INTO outbox (tenant_id, id, stream, kind, dedup_key, payload, created_at, due_at, attempts)
        SELECT tenant_id, id, stream, kind, dedup_key, payload, created_at, created_at, 0 FROM {rows} WHERE true
        ON CONFLICT (tenant_id, dedup_key) DO NOTHING";
}

/// Something to be done outside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Whose.
    pub tenant_id: TenantId,
    /// Id; sorts by the moment and the order in which they were written.
    pub id: OutboxId,
    /// What belongs together and is kept in order: the incident's id.
    pub stream: String,
    /// `incident.opened`, `incident.resolved`.
    pub kind: String,
    /// The same however often it is tried.
    pub dedup_key: String,
    /// JSON.
    pub payload: String,
    /// When it was written, UTC milliseconds.
    pub created_at: i64,
    /// When it is to be tried (again).
    pub due_at: i64,
    /// How often it was tried.
    pub attempts: i64,
}

impl Read<TenantScope> {
    /// What is still to be done, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_outbox(&mut self, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        type Row = (Text<TenantId>, Text<OutboxId>, String, String, String, String, i64, i64, i64);
        let tenant = self.tenant();
        let rows: Vec<Row> = query!(self, fetch_all LIST_OUTBOX, Text(tenant), i64::from(limit))?;
        let delivery =
            |(tenant, id, stream, kind, dedup_key, payload, created_at, due_at, attempts): Row| Delivery {
                tenant_id: tenant.0,
                id: id.0,
                stream,
                kind,
                dedup_key,
                payload,
                created_at,
                due_at,
                attempts,
            };
        Ok(rows.into_iter().map(delivery).collect())
    }
}

impl<S: Scope> Tx<S> {
    /// Writes down what is to be done; a `dedup_key` that is there already is not written again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(crate) async fn insert_outbox(&mut self, deliveries: &[Delivery]) -> Result<(), StoreError> {
        let mut batch = Batch::of(&INSERT_OUTBOX);
        for d in deliveries {
            batch.text(d.tenant_id).text(d.id).text(&d.stream).text(&d.kind).text(&d.dedup_key);
            batch.text(&d.payload).int(d.created_at);
        }
        if !deliveries.is_empty() {
            self.wake(Topic::Outbox);
        }
        batch.execute(self).await.map(drop)
    }
}

impl Tx<SystemScope> {
    /// Forgets up to `limit` rows written before `before` (UTC milliseconds), done or not; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_outbox(&mut self, before: i64, limit: u32) -> Result<u64, StoreError> {
        query!(self, execute DELETE_OUTBOX, before, i64::from(limit))
    }
}

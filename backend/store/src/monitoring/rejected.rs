use crontopus_ids::{CheckInId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_REJECTED = "SELECT id, at, dialect, target, reason FROM rejected_check_ins
        WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    DELETE_REJECTED = "DELETE FROM rejected_check_ins WHERE (tenant_id, id) IN (
        SELECT tenant_id, id FROM rejected_check_ins WHERE at < $1 ORDER BY at LIMIT $2)";
}

batches! {
    SAVE_REJECTED(tenant_id Text, id Text, at Int, dialect Text, target Text, reason Text) =
        "INSERT INTO rejected_check_ins (tenant_id, id, at, dialect, target, reason)
        SELECT tenant_id, id, at, dialect, target, reason FROM {rows} WHERE true
        ON CONFLICT (tenant_id, id) DO NOTHING";
}

/// A check-in that was not taken, kept so that somebody can find out why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedCheckIn {
    /// Whose.
    pub tenant_id: TenantId,
    /// Id; sorts by the moment.
    pub id: CheckInId,
    /// When it came, UTC milliseconds.
    pub at: i64,
    /// Through which door it came.
    pub dialect: String,
    /// What it named.
    pub target: String,
    /// Why it was not taken.
    pub reason: String,
}

impl Read<TenantScope> {
    /// What was not taken, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_rejected_check_ins(
        &mut self,
        paging: &Paging,
    ) -> Result<Listed<RejectedCheckIn>, StoreError> {
        type Row = (Text<CheckInId>, i64, String, String, String);
        let tenant_id = self.tenant();
        // `~` sorts after every id.
        let before = paging.after.as_ref().map_or("~", |c| c.id.as_str());
        let rows: Vec<Row> = query!(self, fetch_all LIST_REJECTED, Text(tenant_id), before, paging.fetch())?;
        let rejected = |(id, at, dialect, target, reason): Row| RejectedCheckIn {
            tenant_id,
            id: id.0,
            at,
            dialect,
            target,
            reason,
        };
        let rows = rows.into_iter().map(rejected).collect();
        Ok(paging.page(rows, |r: &RejectedCheckIn| Cursor { at: r.at, id: r.id.to_string() }))
    }
}

impl<S: Scope> Tx<S> {
    /// Writes down what was not taken.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_rejected_check_ins(&mut self, rejected: &[RejectedCheckIn]) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_REJECTED);
        for r in rejected {
            batch.text(r.tenant_id).text(r.id).int(r.at).text(&r.dialect).text(&r.target).text(&r.reason);
        }
        batch.execute(self).await.map(drop)
    }
}

impl Tx<SystemScope> {
    /// Forgets up to `limit` of those that came before `before` (UTC milliseconds); how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_rejected_check_ins(&mut self, before: i64, limit: u32) -> Result<u64, StoreError> {
        query!(self, execute DELETE_REJECTED, before, i64::from(limit))
    }
}

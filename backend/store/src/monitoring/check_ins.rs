use crontopus_ids::{CheckInId, MonitorId, RunId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_CHECK_INS = "SELECT id, at, run_id, kind, door FROM check_ins
        WHERE tenant_id = $1 AND monitor_id = $2 ORDER BY at DESC, id DESC LIMIT $3";
    COUNT_CHECK_INS = "SELECT COUNT(*) FROM (SELECT id FROM check_ins
        WHERE tenant_id = $1 AND monitor_id = $2 LIMIT $3) AS counted";
}

batches! {
    SAVE_CHECK_INS(tenant_id Text, monitor_id Text, at Int, id Text, run_id Text, kind Text, door Text) =
        "INSERT INTO check_ins (tenant_id, monitor_id, at, id, run_id, kind, door)
        SELECT tenant_id, monitor_id, at, id, run_id, kind, door FROM {rows} WHERE true
        ON CONFLICT (tenant_id, monitor_id, at, id) DO NOTHING";
}

/// An accepted signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedCheckIn {
    /// Whose.
    pub tenant_id: TenantId,
    /// The monitor.
    pub monitor_id: MonitorId,
    /// Id.
    pub id: CheckInId,
    /// When it came, UTC milliseconds.
    pub at: i64,
    /// The run it belongs to.
    pub run_id: Option<RunId>,
    /// What it said.
    pub kind: String,
    /// Through which door it came: `native`, `key`, `agent`.
    pub door: String,
}

impl Read<TenantScope> {
    /// The last signals of a monitor, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_check_ins(
        &mut self,
        monitor_id: MonitorId,
        limit: u32,
    ) -> Result<Vec<ReceivedCheckIn>, StoreError> {
        type Row = (Text<CheckInId>, i64, Option<Text<RunId>>, String, String);
        let tenant_id = self.tenant();
        let rows: Vec<Row> =
            query!(self, fetch_all LIST_CHECK_INS, Text(tenant_id), Text(monitor_id), i64::from(limit))?;
        let check_in = |(id, at, run, kind, door): Row| ReceivedCheckIn {
            tenant_id,
            monitor_id,
            id: id.0,
            at,
            run_id: run.map(|r| r.0),
            kind,
            door,
        };
        Ok(rows.into_iter().map(check_in).collect())
    }
}

impl Read<TenantScope> {
    /// How many signals of a monitor are kept, counted up to `most`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_check_ins(&mut self, monitor_id: MonitorId, most: u32) -> Result<i64, StoreError> {
        let tenant = self.tenant();
        let (count,): (i64,) =
            query!(self, fetch_one COUNT_CHECK_INS, Text(tenant), Text(monitor_id), i64::from(most))?;
        Ok(count)
    }
}

impl<S: Scope> Tx<S> {
    /// Writes down signals that were accepted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_check_ins(&mut self, check_ins: &[ReceivedCheckIn]) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_CHECK_INS);
        for c in check_ins {
            batch.text(c.tenant_id).text(c.monitor_id).int(c.at).text(c.id).opt_text(c.run_id);
            batch.text(&c.kind).text(&c.door);
        }
        batch.execute(self).await.map(drop)
    }
}

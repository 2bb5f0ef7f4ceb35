use crontopus_ids::{RunId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::tx::{Read, Tx};
use crate::usage::UsageDelta;

statements! {
    FIND_OUTPUT = "SELECT head, tail, total_bytes, dropped_bytes, zstd FROM run_outputs
        WHERE tenant_id = $1 AND run_id = $2";
    DELETE_OUTPUTS = "DELETE FROM run_outputs WHERE (tenant_id, run_id) IN (
        SELECT tenant_id, run_id FROM run_outputs WHERE at < $1 ORDER BY at LIMIT $2)
        RETURNING tenant_id, at, CAST(LENGTH(head) + LENGTH(tail) AS BIGINT)";
}

batches! {
    SAVE_OUTPUTS(tenant_id Text, run_id Text, at Int, head Bytes, tail Bytes, total_bytes Int, dropped_bytes Int,
        zstd Bool) = "INSERT INTO run_outputs (tenant_id, run_id, at, head, tail, total_bytes, dropped_bytes, zstd)
        SELECT tenant_id, run_id, at, head, tail, total_bytes, dropped_bytes, zstd FROM {rows} WHERE true
        ON CONFLICT (tenant_id, run_id) DO NOTHING
        RETURNING tenant_id, at, CAST(LENGTH(head) + LENGTH(tail) AS BIGINT)";
}

/// Above this many bytes, output is compressed.
const COMPRESS_ABOVE: usize = 4 << 10;

/// More than this is never kept of one part, whatever a compressed row claims.
const MOST_BYTES: usize = 16 << 20;

/// Whose an output is, when it was kept, and its bytes.
type KeptRow = (Text<TenantId>, i64, i64);

/// What was kept of a run's output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOutput {
    /// The kept bytes; when something was dropped, the beginning.
    pub head: Vec<u8>,
    /// The end.
    pub tail: Vec<u8>,
    /// Bytes the run wrote.
    pub total_bytes: i64,
    /// Bytes dropped between head and tail.
    pub dropped_bytes: i64,
}

impl RunOutput {
    fn packed(&self) -> (Vec<u8>, Vec<u8>, bool) {
        let pack = |bytes: &[u8]| zstd::bulk::compress(bytes, 3);
        if self.head.len() + self.tail.len() > COMPRESS_ABOVE
            && let (Ok(head), Ok(tail)) = (pack(&self.head), pack(&self.tail))
        {
            return (head, tail, true);
        }
        (self.head.clone(), self.tail.clone(), false)
    }
}

fn unpack(bytes: Vec<u8>, is_packed: bool, run: RunId) -> Result<Vec<u8>, StoreError> {
    if !is_packed {
        return Ok(bytes);
    }
    zstd::bulk::decompress(&bytes, MOST_BYTES).map_err(|e| StoreError::Inconsistent {
        table: "run_outputs".to_owned(),
        column: "head".to_owned(),
        id: run.to_string(),
        source: Some(e.into()),
    })
}

impl Read<TenantScope> {
    /// What was kept of a run's output; `None` when nothing is known of it, or no more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn find_run_output(&mut self, run: RunId) -> Result<Option<RunOutput>, StoreError> {
        let tenant = self.tenant();
        type Row = (Vec<u8>, Vec<u8>, i64, i64, bool);
        let row: Option<Row> = query!(self, fetch_optional FIND_OUTPUT, Text(tenant), Text(run))?;
        let Some((head, tail, total_bytes, dropped_bytes, zstd)) = row else { return Ok(None) };
        let (head, tail) = (unpack(head, zstd, run)?, unpack(tail, zstd, run)?);
        Ok(Some(RunOutput { head, tail, total_bytes, dropped_bytes }))
    }
}

impl<S: Scope> Tx<S> {
    /// Keeps outputs; the first one of a run stays. What was kept is added to `usage`.
    pub(crate) async fn save_outputs(
        &mut self,
        outputs: &[(TenantId, RunId, RunOutput)],
        now: i64,
        usage: &mut UsageDelta,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_OUTPUTS);
        for (tenant, run, output) in outputs {
            let (head, tail, zstd) = output.packed();
            batch.text(tenant).text(run).int(now).bytes(head).bytes(tail);
            batch.int(output.total_bytes).int(output.dropped_bytes).bool(zstd);
        }
        for (tenant, at, bytes) in batch.fetch_all::<KeptRow, S>(self).await? {
            usage.add(tenant.0, at, [0, 1, bytes]);
        }
        Ok(())
    }
}

impl Tx<SystemScope> {
    /// Forgets up to `limit` outputs kept before `before` (UTC milliseconds); how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_outputs(&mut self, before: i64, limit: u32) -> Result<u64, StoreError> {
        let gone: Vec<KeptRow> = query!(self, fetch_all DELETE_OUTPUTS, before, i64::from(limit))?;
        let (count, mut usage) = (gone.len() as u64, UsageDelta::default());
        for (tenant, at, bytes) in gone {
            usage.add(tenant.0, at, [0, -1, -bytes]);
        }
        self.add_usage(usage).await?;
        Ok(count)
    }
}

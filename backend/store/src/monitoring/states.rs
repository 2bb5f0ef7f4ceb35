use crontopus_ids::{MonitorId, TenantId};

use super::Judged;
use super::figures::Figures;
use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{Scope, SystemScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_NEXT_DEADLINE = "SELECT deadline_at FROM monitor_states
        WHERE deadline_at IS NOT NULL ORDER BY deadline_at LIMIT 1";
    LEASE_DUE = "SELECT due.tenant_id, due.id FROM (SELECT tenant_id, id FROM monitor_states
        WHERE deadline_at IS NOT NULL AND deadline_at <= $1 ORDER BY deadline_at LIMIT $2" skip locked ") AS due
        ORDER BY due.tenant_id, due.id";
}

batches! {
    SAVE_STATES(tenant_id Text, id Text, state Text, status Text, expected_at Int, deadline_at Int,
        figures Text, last_run_at Int, heard Int) =
        "UPDATE monitor_states SET state = batch.state, status = batch.status, expected_at = batch.expected_at,
            deadline_at = batch.deadline_at, figures = batch.figures, last_run_at = batch.last_run_at,
            heard = monitor_states.heard + batch.heard
        FROM {rows} WHERE monitor_states.tenant_id = batch.tenant_id AND monitor_states.id = batch.id";
}

impl Read<SystemScope> {
    /// The nearest deadline of any monitor, UTC milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_next_deadline(&mut self) -> Result<Option<i64>, StoreError> {
        let row: Option<(i64,)> = query!(self, fetch_optional FIND_NEXT_DEADLINE)?;
        Ok(row.map(|(at,)| at))
    }
}

impl Tx<SystemScope> {
    /// Locks up to `limit` monitors that are due at `now`, the longest due first, passing by those that
    /// another process holds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lease_due(
        &mut self,
        now: i64,
        limit: u32,
    ) -> Result<Vec<(TenantId, MonitorId)>, StoreError> {
        let rows: Vec<(Text<TenantId>, Text<MonitorId>)> =
            query!(self, fetch_all LEASE_DUE, now, i64::from(limit))?;
        Ok(rows.into_iter().map(|(tenant, id)| (tenant.0, id.0)).collect())
    }
}

impl<S: Scope> Tx<S> {
    /// Stores the states of monitors that are locked.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when one of them is not there.
    pub(crate) async fn save_states(&mut self, judged: &[Judged]) -> Result<(), StoreError> {
        let mut batch = Batch::of(&SAVE_STATES);
        for Judged { tenant_id, monitor_id: id, state, heard, .. } in judged {
            let json = serde_json::to_string(state)
                .map_err(|_| StoreError::inconsistent("monitor_states", "state", id))?;
            let figures = serde_json::to_string(&Figures::of(state))
                .map_err(|_| StoreError::inconsistent("monitor_states", "figures", id))?;
            batch.text(tenant_id).text(id).text(json).text(state.status);
            batch.opt_int(state.expected_at).opt_int(state.deadline_at).text(figures);
            batch.opt_int(state.last_run_at).int(*heard);
        }
        let reached = batch.execute(self).await?;
        if reached == judged.len() as u64 {
            Ok(())
        } else {
            Err(StoreError::inconsistent("monitor_states", "id", reached))
        }
    }
}

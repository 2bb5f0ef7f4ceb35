//! How late starts were, and how many runs are going on: all monitors of a tenant together.

use std::collections::BTreeMap;

use crontopus_domain::statistics::Durations;
use crontopus_ids::TenantId;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_LAGS = "SELECT hour, lags FROM run_lags WHERE tenant_id = $1 AND hour >= $2 AND hour < $3";
    DELETE_LAGS = "DELETE FROM run_lags WHERE tenant_id = $1 AND hour < $2";
    COUNT_RUNNING = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM runs
        WHERE tenant_id = $1 AND status = 'running' LIMIT $2) AS found";
}

batches! {
    MAKE_LAGS(tenant_id Text, hour Int) = "INSERT INTO run_lags (tenant_id, hour, lags)
        SELECT tenant_id, hour, '' FROM {rows} WHERE true ON CONFLICT (tenant_id, hour) DO NOTHING";
    LOCK_LAGS(tenant_id Text, hour Int) = "SELECT l.tenant_id, l.hour, l.lags FROM {rows} CROSS JOIN run_lags l
        WHERE l.tenant_id = batch.tenant_id AND l.hour = batch.hour
        ORDER BY l.tenant_id, l.hour" for update of l;
    SAVE_LAGS(tenant_id Text, hour Int, lags Text) = "UPDATE run_lags SET lags = batch.lags
        FROM {rows} WHERE run_lags.tenant_id = batch.tenant_id AND run_lags.hour = batch.hour";
}

/// What is no longer and what is now counted of the starts of an hour.
pub(crate) type LagChange = (Durations, Durations);

impl Read<TenantScope> {
    /// How late the starts of all monitors together were in the hours that begin from `from` to before `to` (UTC
    /// milliseconds). A start before its time counts as 0.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn sum_lags(&mut self, from: i64, to: i64) -> Result<Durations, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(i64, String)> = query!(self, fetch_all LIST_LAGS, Text(tenant), from, to)?;
        let mut sum = Durations::default();
        for (hour, lags) in rows {
            sum.merge(&lags_of(lags, hour)?);
        }
        Ok(sum)
    }

    /// How many runs are going on, up to `most`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_running(&mut self, most: i64) -> Result<i64, StoreError> {
        let tenant = self.tenant();
        let (count,): (i64,) = query!(self, fetch_one COUNT_RUNNING, Text(tenant), most)?;
        Ok(count)
    }
}

impl Tx<SystemScope> {
    /// Passes on what was counted anew.
    pub(crate) async fn change_lags(
        &mut self,
        changes: BTreeMap<(TenantId, i64), LagChange>,
    ) -> Result<(), StoreError> {
        let (mut make, mut lock) = (Batch::of(&MAKE_LAGS), Batch::of(&LOCK_LAGS));
        for (tenant, hour) in changes.keys() {
            make.text(tenant).int(*hour);
            lock.text(tenant).int(*hour);
        }
        make.execute(self).await?;
        let rows: Vec<(Text<TenantId>, i64, String)> = lock.fetch_all(self).await?;
        let mut save = Batch::of(&SAVE_LAGS);
        for (tenant, hour, lags) in rows {
            let mut sum = lags_of(lags, hour)?;
            if let Some((less, more)) = changes.get(&(tenant.0, hour)) {
                sum.merge(more);
                sum.take(less);
            }
            save.text(tenant.0).int(hour).text(String::from(sum));
        }
        save.execute(self).await.map(drop)
    }

    /// Forgets how late the starts of a tenant were before `before`, UTC milliseconds.
    pub(crate) async fn delete_lags(&mut self, tenant: TenantId, before: i64) -> Result<(), StoreError> {
        query!(self, execute DELETE_LAGS, Text(tenant), before).map(drop)
    }
}

fn lags_of(text: String, hour: i64) -> Result<Durations, StoreError> {
    Durations::try_from(text).map_err(|_| StoreError::inconsistent("run_lags", "lags", hour))
}

//! Reading what was counted.

use crontopus_domain::statistics::{Counts, HourTally, Tally};
use crontopus_ids::MonitorId;
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    LIST_SLOTS = "SELECT slot, succeeded, failed, timed_out, missed, skipped, unknown FROM run_slots
        WHERE tenant_id = $1 AND slot >= $2 AND slot < $3 ORDER BY slot";
}

batches! {
    LIST_HOURS(tenant_id Text, monitor_id Text, first Int, past Int) = "SELECT h.monitor_id, h.hour, h.tally
        FROM {rows} CROSS JOIN run_hours h
        WHERE h.tenant_id = batch.tenant_id AND h.monitor_id = batch.monitor_id
            AND h.hour >= batch.first AND h.hour < batch.past AND h.tally <> ''";
    LIST_DAYS(tenant_id Text, monitor_id Text, first Int, past Int) = "SELECT d.monitor_id, d.day, d.tally
        FROM {rows} CROSS JOIN run_days d
        WHERE d.tenant_id = batch.tenant_id AND d.monitor_id = batch.monitor_id
            AND d.day >= batch.first AND d.day < batch.past";
}

#[derive(Debug, FromRow)]
struct SlotRow {
    slot: i64,
    succeeded: i64,
    failed: i64,
    timed_out: i64,
    missed: i64,
    skipped: i64,
    unknown: i64,
}

impl Read<TenantScope> {
    /// The hours of monitors that begin from `from` to before `to` (UTC milliseconds) and were counted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_hours(
        &mut self,
        monitors: &[MonitorId],
        from: i64,
        to: i64,
    ) -> Result<Vec<(MonitorId, i64, Tally)>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_HOURS));
        for monitor in monitors {
            batch.text(tenant).text(monitor).int(from).int(to);
        }
        let rows: Vec<(Text<MonitorId>, i64, String)> = batch.fetch_all(self).await?;
        let hour = |(monitor, hour, tally): (Text<MonitorId>, i64, String)| {
            let tally: HourTally = serde_json::from_str(&tally)
                .map_err(|_| StoreError::inconsistent("run_hours", "tally", monitor.0))?;
            Ok((monitor.0, hour, tally.total()))
        };
        rows.into_iter().map(hour).collect()
    }

    /// The days of monitors that begin from `from` to before `to` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_days(
        &mut self,
        monitors: &[MonitorId],
        from: i64,
        to: i64,
    ) -> Result<Vec<(MonitorId, i64, Tally)>, StoreError> {
        let (tenant, mut batch) = (self.tenant(), Batch::of(&LIST_DAYS));
        for monitor in monitors {
            batch.text(tenant).text(monitor).int(from).int(to);
        }
        let rows: Vec<(Text<MonitorId>, i64, String)> = batch.fetch_all(self).await?;
        let day = |(monitor, day, tally): (Text<MonitorId>, i64, String)| {
            let tally = serde_json::from_str(&tally)
                .map_err(|_| StoreError::inconsistent("run_days", "tally", monitor.0))?;
            Ok((monitor.0, day, tally))
        };
        rows.into_iter().map(day).collect()
    }

    /// All monitors together, by half hours that begin from `from` to before `to` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_slots(&mut self, from: i64, to: i64) -> Result<Vec<(i64, Counts)>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<SlotRow> = query!(self, fetch_all LIST_SLOTS, Text(tenant), from, to)?;
        let counts = |row: SlotRow| {
            let SlotRow { slot, succeeded, failed, timed_out, missed, skipped, unknown } = row;
            (slot, Counts { succeeded, failed, timed_out, missed, skipped, unknown })
        };
        Ok(rows.into_iter().map(counts).collect())
    }
}

//! Hours whose runs changed since they were last counted, counted while somebody asks.

use std::collections::BTreeMap;

use crontopus_domain::RunStatus;
use crontopus_domain::statistics::{HourTally, Tally};
use crontopus_ids::MonitorId;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::tx::Read;

batches! {
    LIST_STALE_HOURS(tenant_id Text, monitor_id Text, first Int) = "SELECT h.monitor_id, h.hour, h.tally
        FROM {rows} CROSS JOIN run_hours h
        WHERE h.tenant_id = batch.tenant_id AND h.monitor_id = batch.monitor_id AND h.hour >= batch.first
            AND h.due_at IS NOT NULL";
    LIST_RUNS_OF_STALE_HOURS(tenant_id Text, monitor_id Text, hour Int) =
        "SELECT batch.monitor_id, batch.hour, r.at, r.status, r.duration_ms
        FROM {rows} CROSS JOIN runs r
        WHERE r.tenant_id = batch.tenant_id AND r.monitor_id = batch.monitor_id
            AND r.at >= batch.hour AND r.at < batch.hour + 3600000";
}

/// More hours than this are not counted while somebody waits; the rest shows what was counted last.
const MOST_HOURS: usize = 500;

/// An hour of a monitor as it was counted last, and as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshHour {
    /// The monitor.
    pub monitor_id: MonitorId,
    /// When the hour begins, UTC milliseconds.
    pub hour: i64,
    /// What days hold of it.
    pub counted: Tally,
    /// What its runs say now.
    pub now: Tally,
}

impl Read<TenantScope> {
    /// The hours of monitors from `since` (UTC milliseconds) on whose runs changed since they were counted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_fresh_hours(
        &mut self,
        monitors: &[MonitorId],
        since: i64,
    ) -> Result<Vec<FreshHour>, StoreError> {
        let (tenant, mut stale) = (self.tenant(), Batch::of(&LIST_STALE_HOURS));
        for monitor in monitors {
            stale.text(tenant).text(monitor).int(since);
        }
        let mut rows: Vec<(Text<MonitorId>, i64, String)> = stale.fetch_all(self).await?;
        rows.truncate(MOST_HOURS);
        let mut batch = Batch::of(&LIST_RUNS_OF_STALE_HOURS);
        for (monitor, hour, _) in &rows {
            batch.text(tenant).text(monitor.0).int(*hour);
        }
        type Row = (Text<MonitorId>, i64, i64, Text<RunStatus>, Option<i64>);
        let runs: Vec<Row> = batch.fetch_all(self).await?;
        let mut now: BTreeMap<(MonitorId, i64), HourTally> = BTreeMap::new();
        for (monitor, hour, at, status, duration) in runs {
            now.entry((monitor.0, hour)).or_default().add(at, status.0, duration);
        }
        let fresh = |(monitor, hour, tally): (Text<MonitorId>, i64, String)| {
            let counted: HourTally = match tally.as_str() {
                "" => HourTally::default(),
                text => serde_json::from_str(text)
                    .map_err(|_| StoreError::inconsistent("run_hours", "tally", monitor.0))?,
            };
            let now = now.remove(&(monitor.0, hour)).unwrap_or_default();
            Ok(FreshHour { monitor_id: monitor.0, hour, counted: counted.total(), now: now.total() })
        };
        rows.into_iter().map(fresh).collect()
    }
}

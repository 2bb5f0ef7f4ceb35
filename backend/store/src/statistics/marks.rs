//! Marking hours whose runs changed, in the transaction of the change.

use std::collections::BTreeSet;

use crontopus_domain::Run;
use crontopus_domain::statistics::{HOUR_MS, start_of};
use crontopus_ids::{MonitorId, TenantId};

use crate::batch::{Batch, batches};
use crate::error::StoreError;
use crate::scope::Scope;
use crate::tx::Tx;

batches! {
    /// An hour with many runs is counted less often: each run in it puts the next count off by 20 ms, so that
    /// counting costs a monitor no more than 50 rows a second however many runs it has.
    MARK_HOURS(tenant_id Text, monitor_id Text, hour Int, due_at Int) =
        "INSERT INTO run_hours (tenant_id, monitor_id, hour, marks, counted, due_at, runs, tally)
        SELECT tenant_id, monitor_id, hour, 1, 0, due_at, 0, '' FROM {rows} WHERE true
        ON CONFLICT (tenant_id, monitor_id, hour) DO UPDATE SET marks = run_hours.marks + 1,
            due_at = COALESCE(run_hours.due_at, excluded.due_at + run_hours.runs * 20)";
}

/// How long a changed hour waits for further changes before it is counted.
const WAIT_MS: i64 = 5_000;

/// Hours to be counted again; ordered as every transaction locks them.
#[derive(Debug, Default)]
pub(crate) struct Marks(BTreeSet<(TenantId, MonitorId, i64)>);

impl Marks {
    /// The hour of a run that was written. A run that has only begun is not counted yet, unless something was counted
    /// in its place.
    pub(crate) fn written(&mut self, tenant: TenantId, monitor: MonitorId, run: &Run) {
        let has_only_begun = run.is_running() && run.start_seen && run.alive_at() == run.started_at;
        if !has_only_begun || run.traces.is_late {
            self.gone(tenant, monitor, run.at);
        }
    }

    /// The hour of a run that was taken away from `at`.
    pub(crate) fn gone(&mut self, tenant: TenantId, monitor: MonitorId, at: i64) {
        self.0.insert((tenant, monitor, start_of(at, HOUR_MS)));
    }
}

impl<S: Scope> Tx<S> {
    /// Has the hours counted again.
    pub(crate) async fn mark_hours(&mut self, marks: Marks, now: i64) -> Result<(), StoreError> {
        let mut batch = Batch::of(&MARK_HOURS);
        for (tenant, monitor, hour) in marks.0 {
            batch.text(tenant).text(monitor).int(hour).int(now.saturating_add(WAIT_MS));
        }
        batch.execute(self).await.map(drop)
    }
}

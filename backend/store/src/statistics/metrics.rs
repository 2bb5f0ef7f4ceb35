//! Numbers that runs brought with them.

use std::collections::BTreeMap;

use crontopus_ids::{JobId, RunId};

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    LIST_METRICS = "SELECT r.at, r.id, r.host, r.metrics FROM runs r
        WHERE r.tenant_id = $1 AND r.job_id = $2 AND r.at >= $3 AND r.at < $4 AND r.metrics IS NOT NULL
        ORDER BY r.at DESC, r.id DESC LIMIT $5";
}

/// What one run brought.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricPoint {
    /// The run's place in lists, UTC milliseconds.
    pub at: i64,
    /// The run.
    pub run_id: RunId,
    /// Where it ran.
    pub host: Option<String>,
    /// Its numbers by name.
    pub values: BTreeMap<String, f64>,
}

impl Read<TenantScope> {
    /// The numbers of a job's runs from `from` to before `to` (UTC milliseconds), newest first, up to `limit` runs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn list_metrics(
        &mut self,
        job: JobId,
        from: i64,
        to: i64,
        limit: u32,
    ) -> Result<Vec<MetricPoint>, StoreError> {
        type Row = (i64, Text<RunId>, Option<String>, JsonText<BTreeMap<String, f64>>);
        let tenant = self.tenant();
        let rows: Vec<Row> =
            query!(self, fetch_all LIST_METRICS, Text(tenant), Text(job), from, to, i64::from(limit))?;
        let point = |(at, run, host, values): Row| MetricPoint { at, run_id: run.0, host, values: values.0 };
        Ok(rows.into_iter().map(point).collect())
    }
}

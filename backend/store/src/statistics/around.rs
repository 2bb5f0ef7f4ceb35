//! How long a job's good runs took on either side of a moment.

use std::collections::BTreeMap;

use crontopus_domain::statistics::{DurationChange, Side};
use crontopus_ids::JobId;

use crate::batch::{Batch, batches};
use crate::error::StoreError;
use crate::scope::TenantScope;
use crate::tx::Read;

batches! {
    /// Where the forty runs before a moment begin is found first, so that either engine reads one short range of an
    /// index for each moment, however many runs of the job failed.
    LIST_BEFORE(tenant_id Text, job_id Text, moment Int) =
        "SELECT wanted.moment, r.duration_ms
        FROM (SELECT batch.tenant_id AS tenant_id, batch.job_id AS job_id, batch.moment AS moment,
                COALESCE((SELECT x.at FROM runs x
                    WHERE x.tenant_id = batch.tenant_id AND x.job_id = batch.job_id AND x.at < batch.moment
                    ORDER BY x.at DESC, x.id DESC LIMIT 1 OFFSET 39), 0) AS since FROM {rows}) AS wanted
        CROSS JOIN runs r
        WHERE r.tenant_id = wanted.tenant_id AND r.job_id = wanted.job_id AND r.at >= wanted.since
            AND r.at < wanted.moment AND r.status = 'succeeded' AND r.duration_ms IS NOT NULL
        ORDER BY wanted.moment, r.at DESC, r.id DESC";
    /// The same of the forty from the moment on.
    LIST_AFTER(tenant_id Text, job_id Text, moment Int) =
        "SELECT wanted.moment, r.duration_ms
        FROM (SELECT batch.tenant_id AS tenant_id, batch.job_id AS job_id, batch.moment AS moment,
                COALESCE((SELECT x.at FROM runs x
                    WHERE x.tenant_id = batch.tenant_id AND x.job_id = batch.job_id AND x.at >= batch.moment
                    ORDER BY x.at, x.id LIMIT 1 OFFSET 39), 9223372036854775807) AS till FROM {rows}) AS wanted
        CROSS JOIN runs r
        WHERE r.tenant_id = wanted.tenant_id AND r.job_id = wanted.job_id AND r.at >= wanted.moment
            AND r.at <= wanted.till AND r.status = 'succeeded' AND r.duration_ms IS NOT NULL
        ORDER BY wanted.moment, r.at, r.id";
}

impl Read<TenantScope> {
    /// How long the good ones of a job's runs nearest to each of these moments (UTC milliseconds) took before and after
    /// it. A moment with none on either side is not there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_duration_changes(
        &mut self,
        job: JobId,
        moments: &[i64],
    ) -> Result<BTreeMap<i64, DurationChange>, StoreError> {
        let (tenant, mut before, mut after) =
            (self.tenant(), Batch::of(&LIST_BEFORE), Batch::of(&LIST_AFTER));
        let mut moments = moments.to_vec();
        moments.sort_unstable();
        moments.dedup();
        for moment in moments {
            before.text(tenant).text(job).int(moment);
            after.text(tenant).text(job).int(moment);
        }
        let mut found: BTreeMap<i64, DurationChange> = BTreeMap::new();
        for (moment, took) in by_moment(before.fetch_all(self).await?) {
            found.entry(moment).or_default().before = Side::of(took);
        }
        for (moment, took) in by_moment(after.fetch_all(self).await?) {
            found.entry(moment).or_default().after = Side::of(took);
        }
        Ok(found)
    }
}

/// The durations at each moment, the nearest first.
fn by_moment(rows: Vec<(i64, i64)>) -> BTreeMap<i64, Vec<i64>> {
    let mut found: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (moment, took) in rows {
        found.entry(moment).or_default().push(took);
    }
    found
}

//! What a message says about an incident, beyond the rows of incident, run and monitor.

use crontopus_ids::{JobId, MonitorId};

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::TenantScope;
use crate::tx::Read;

statements! {
    /// The durations of the last good runs.
    LIST_DURATIONS = "SELECT duration_ms FROM runs
        WHERE tenant_id = $1 AND monitor_id = $2 AND status = 'succeeded' AND duration_ms IS NOT NULL
        ORDER BY at DESC, id DESC LIMIT 50";
    FIND_SUCCESS_BEFORE = "SELECT finished_at FROM runs
        WHERE tenant_id = $1 AND monitor_id = $2 AND status = 'succeeded' AND at < $3 AND finished_at <= $3
        ORDER BY at DESC, id DESC LIMIT 1";
    FIND_JOB_NOTES = "SELECT description, manifest FROM jobs WHERE tenant_id = $1 AND id = $2";
    LIST_OWNER_ADDRESSES = "SELECT u.email FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.tenant_id = $1 AND m.role = 'owner' ORDER BY u.email LIMIT 50";
}

/// Fewer good runs than this say nothing about what is usual.
const HABIT: usize = 4;

impl Read<TenantScope> {
    /// How long a good run of a monitor usually takes: the median of the last fifty, milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_usual_duration(&mut self, monitor: MonitorId) -> Result<Option<i64>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(i64,)> = query!(self, fetch_all LIST_DURATIONS, Text(tenant), Text(monitor))?;
        let mut durations: Vec<i64> = rows.into_iter().map(|(ms,)| ms).collect();
        durations.sort_unstable();
        Ok((durations.len() >= HABIT).then(|| durations[durations.len() / 2]))
    }

    /// End of the last good run of a monitor that had ended by `before` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_success_before(
        &mut self,
        monitor: MonitorId,
        before: i64,
    ) -> Result<Option<i64>, StoreError> {
        let tenant = self.tenant();
        let row: Option<(i64,)> =
            query!(self, fetch_optional FIND_SUCCESS_BEFORE, Text(tenant), Text(monitor), before)?;
        Ok(row.map(|(at,)| at))
    }

    /// What a job does, and its manifest (canonical YAML), also when it is no more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_job_notes(
        &mut self,
        job: JobId,
    ) -> Result<Option<(Option<String>, String)>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_JOB_NOTES, Text(tenant), Text(job))
    }

    /// E-mail addresses of the owners.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_owner_addresses(&mut self) -> Result<Vec<String>, StoreError> {
        let tenant = self.tenant();
        let rows: Vec<(String,)> = query!(self, fetch_all LIST_OWNER_ADDRESSES, Text(tenant))?;
        Ok(rows.into_iter().map(|(email,)| email).collect())
    }
}

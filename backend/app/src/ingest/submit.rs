use std::time::Duration;

use crontopus_ids::{CheckInId, TenantId};
use crontopus_store::RejectedCheckIn;

use super::{Door, IngestError, Outcome, Rejection, Signal, Terms};
use crate::rate::Exceeded;
use crate::{App, Error, Result};

/// Most check-ins in one request.
pub const BATCH_LIMIT: usize = 1_000;

impl App {
    /// Takes check-ins in, in order; when this answers they are on disk.
    pub async fn check_in(&self, signals: Vec<Signal>) -> Result<Vec<Outcome>> {
        self.ingest().submit_all(signals).await.map_err(|error| match error {
            IngestError::Busy => put_off("too many check-ins wait to be stored", 1),
            IngestError::Closed => put_off("the service is ending", 5),
            IngestError::Store(cause) => {
                tracing::error!(error = &cause as &dyn std::error::Error, "check-ins could not be stored");
                put_off("the database does not take check-ins now", 5)
            }
        })
    }

    /// Counts a check-in against the limits of its key; when that is used too often, the log of its tenant
    /// says so, now and then. The inner result says whether it may go on.
    pub async fn admit_check_in(&self, signal: &Signal) -> Result<std::result::Result<(), Exceeded>> {
        let Err(exceeded) = self.check_in_limits().take(&signal.target) else { return Ok(Ok(())) };
        if self.check_in_limits().may_log(&signal.target) {
            let mut signal = signal.clone();
            (signal.output, signal.terms) = (None, Terms::default());
            signal.terms.refused = Some(Rejection::RateLimited);
            self.check_in(vec![signal]).await?;
        }
        Ok(Err(exceeded))
    }

    /// Writes check-ins that could not even be read into the tenant's log of rejected ones: what they named,
    /// and why.
    pub async fn reject_check_ins(
        &self,
        tenant_id: TenantId,
        door: Door,
        rejected: &[(String, &str)],
    ) -> Result<()> {
        if rejected.is_empty() {
            return Ok(());
        }
        let at = self.now_ms();
        let row = |(target, reason): &(String, &str)| RejectedCheckIn {
            tenant_id,
            id: CheckInId::from_parts(at, self.random()),
            at,
            dialect: door.as_str().to_owned(),
            target: target.chars().filter(|c| *c != '\0').take(200).collect(),
            reason: (*reason).to_owned(),
        };
        let rows: Vec<RejectedCheckIn> = rejected.iter().map(row).collect();
        let mut tx = self.begin(tenant_id).await?;
        tx.save_rejected_check_ins(&rows).await?;
        Ok(tx.commit().await?)
    }
}

fn put_off(reason: &'static str, seconds: u64) -> Error {
    Error::Unavailable { reason, retry_after: Duration::from_secs(seconds) }
}

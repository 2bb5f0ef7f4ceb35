use std::time::Duration;

use crontopus_domain::OutputRule;
use crontopus_ids::{CheckInId, TenantId};
use crontopus_store::{RejectedCheckIn, SystemScope};

use super::target::resolve;
use super::{Door, IngestError, Outcome, Signal, Target};
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

    /// What the job that a check-in names keeps of its output; the default where there is no such job, which is
    /// found out when the check-in is submitted.
    pub async fn output_rule(&self, target: &Target) -> Result<OutputRule> {
        let found = {
            let mut read = self.store().read(SystemScope::for_ingestion()).await?;
            resolve(&mut read, &[target]).await?.pop()
        };
        let Some(Ok((tenant, monitor))) = found else { return Ok(OutputRule::default()) };
        let monitor = self.read(tenant).await?.find_monitor(monitor).await?;
        let expectation = monitor.and_then(|monitor| self.ingest().expectations().of(&monitor));
        Ok(expectation.map_or_else(OutputRule::default, |expectation| expectation.spec.output))
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

//! Check-ins, whatever door they come through.

use std::time::Duration;

pub use crontopus_domain::{Attempt, CheckIn, CheckInKind, RunKey, Usage};
use crontopus_ids::MonitorId;
use crontopus_store::RunOutput;

use crate::access::Actor;
use crate::agents::AgentIdentity;
use crate::ingest::{Door, IngestError, Outcome, Signal, Target};
use crate::{App, Error, Result, secret};

/// What one check-in says, and of which monitor it says it.
#[derive(Debug, Clone)]
pub struct Said {
    /// `namespace/name` of a job, or the id of a monitor.
    pub monitor: String,
    /// What happened.
    pub check_in: CheckIn,
    /// What was kept of the output.
    pub output: Option<RunOutput>,
}

/// How a check-in by key names its monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyTarget {
    /// The key is a monitor's own.
    Own,
    /// The key is the tenant's, and this is the job.
    Job {
        /// Namespace.
        namespace: String,
        /// Name.
        name: String,
    },
}

impl App {
    /// Takes check-ins of a person or a token; answered when they are on disk.
    pub async fn check_in(&self, actor: &Actor, said: Vec<Said>) -> Result<Vec<Outcome>> {
        let target = |monitor: &str| match monitor.parse::<MonitorId>() {
            Ok(monitor_id) => Target::Monitor { tenant_id: actor.tenant_id, monitor_id },
            Err(_) => {
                let (namespace, name) = names(monitor);
                Target::Job { tenant_id: actor.tenant_id, namespace, name }
            }
        };
        self.submit(said, target, Door::Native).await
    }

    /// Takes what wrappers on a host recorded.
    pub async fn check_in_from_host(&self, host: &AgentIdentity, said: Vec<Said>) -> Result<Vec<Outcome>> {
        let (tenant_id, agent_id) = (host.tenant_id, host.agent_id);
        let target = |job: &str| {
            let (namespace, name) = names(job);
            Target::AgentJob { tenant_id, agent_id, namespace, name }
        };
        self.submit(said, target, Door::Agent).await
    }

    /// Takes one check-in by a key in its address.
    pub async fn check_in_by_key(
        &self,
        key: &str,
        target: KeyTarget,
        check_in: CheckIn,
        output: Option<RunOutput>,
    ) -> Result<Outcome> {
        let hash = secret::hash(key);
        let target = match target {
            KeyTarget::Own => Target::Key { hash },
            KeyTarget::Job { namespace, name } => Target::TenantKey { hash, namespace, name },
        };
        let said = vec![Said { monitor: String::new(), check_in, output }];
        let outcomes = self.submit(said, |_| target.clone(), Door::Key).await?;
        outcomes.into_iter().next().ok_or_else(away)
    }

    async fn submit(
        &self,
        said: Vec<Said>,
        target: impl Fn(&str) -> Target,
        door: Door,
    ) -> Result<Vec<Outcome>> {
        let received_at = self.now_ms();
        let signal = |said: Said| Signal {
            target: target(&said.monitor),
            check_in: said.check_in,
            output: said.output,
            received_at,
            door,
        };
        let signals = said.into_iter().map(signal).collect();
        self.ingest().submit_all(signals).await.map_err(|error| match error {
            IngestError::Store(cause) => {
                tracing::error!(error = &*cause as &dyn std::error::Error, "check-ins were not stored");
                away()
            }
            IngestError::Busy | IngestError::Closed => away(),
        })
    }
}

/// The signal of a kind that ends with an exit status.
pub fn ended(exit_status: i32, key: RunKey) -> CheckIn {
    let mut check_in = CheckIn::new(CheckInKind::End { well: exit_status == 0 }, key);
    check_in.exit_status = Some(exit_status);
    check_in
}

/// A name without a slash is a job of the namespace `default`.
fn names(job: &str) -> (String, String) {
    let (namespace, name) = job.split_once('/').unwrap_or(("default", job));
    (namespace.to_owned(), name.to_owned())
}

fn away() -> Error {
    Error::Unavailable {
        reason: "check-ins cannot be stored now; send it again",
        retry_after: Duration::from_secs(2),
    }
}

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crontopus_api::Code;
use crontopus_ids::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::failure::Failure;

/// `git` processes at once, over all tenants.
const MOST_PROCESSES: usize = 64;
/// `git` processes of one tenant at once.
const MOST_OF_ONE: usize = 12;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long good credentials are remembered, in milliseconds.
const REMEMBERED_MS: i64 = 600_000;

/// Who may run a process now.
#[derive(Debug)]
pub(super) struct Turns {
    all: Arc<Semaphore>,
    tenants: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
}

/// The right to run one process.
#[derive(Debug)]
pub(super) struct Turn {
    _all: OwnedSemaphorePermit,
    _tenant: OwnedSemaphorePermit,
}

impl Default for Turns {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(MOST_PROCESSES)), tenants: Mutex::default() }
    }
}

impl Turns {
    /// Waits for the right to run a process; one tenant cannot take what all share.
    pub(super) async fn take(&self, tenant: TenantId) -> Result<Turn, Failure> {
        let own = {
            let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            tenants.entry(tenant).or_insert_with(|| Arc::new(Semaphore::new(MOST_OF_ONE))).clone()
        };
        let both = async {
            let tenant = own.acquire_owned().await.ok()?;
            let all = self.all.clone().acquire_owned().await.ok()?;
            Some(Turn { _all: all, _tenant: tenant })
        };
        let busy = || {
            Failure::new(Code::Unavailable, "too much at once; try again").retry_after(Duration::from_secs(2))
        };
        tokio::time::timeout(PATIENCE, both).await.ok().flatten().ok_or_else(busy)
    }
}

/// Hashes of credentials that were good a moment ago, with when.
#[derive(Debug, Default)]
pub(super) struct SignedIn(Mutex<HashMap<String, i64>>);

impl SignedIn {
    pub(super) fn knows(&self, credentials: &str, now: i64) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(credentials).is_some_and(|at| now - at < REMEMBERED_MS)
    }

    pub(super) fn note(&self, credentials: String, now: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= 10_000 {
            known.retain(|_, at| now - *at < REMEMBERED_MS);
        }
        known.insert(credentials, now);
    }
}

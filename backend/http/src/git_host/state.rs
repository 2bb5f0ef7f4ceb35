use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crontopus_app::App;
use crontopus_app::git::Hosted;
use crontopus_ids::TenantId;
use parking_lot::Mutex;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::hook::Hooks;
use super::refusal::Refusal;
use crate::serving::Serving;

/// Git processes at once.
const ALL: usize = 64;
/// Git processes of one tenant at once.
const OF_ONE_TENANT: usize = 12;
/// How long a good password is remembered not to be counted as an attempt.
const SIGNED_IN_MS: i64 = 600_000;
/// How long a request waits for its turn.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// What the Git host has at hand.
#[derive(Clone)]
pub(super) struct GitHost(Arc<Inner>);

struct Inner {
    serving: Serving,
    all: Arc<Semaphore>,
    tenants: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
    signed_in: Mutex<HashMap<String, i64>>,
    hooks: OnceCell<Hooks>,
}

/// The right to run one process.
pub(super) struct Turn {
    _all: OwnedSemaphorePermit,
    _tenant: OwnedSemaphorePermit,
}

impl GitHost {
    pub(super) fn new(serving: Serving) -> Self {
        Self(Arc::new(Inner {
            serving,
            all: Arc::new(Semaphore::new(ALL)),
            tenants: Mutex::default(),
            signed_in: Mutex::default(),
            hooks: OnceCell::new(),
        }))
    }

    pub(super) fn serving(&self) -> &Serving {
        &self.0.serving
    }

    pub(super) fn app(&self) -> &Arc<App> {
        self.0.serving.app()
    }

    /// Waits for the right to run a process; one tenant cannot take what all share.
    pub(super) async fn turn(&self, hosted: &Hosted) -> Result<Turn, Refusal> {
        let own = self
            .0
            .tenants
            .lock()
            .entry(hosted.tenant_id)
            .or_insert_with(|| Arc::new(Semaphore::new(OF_ONE_TENANT)))
            .clone();
        let both = async {
            let tenant = own.acquire_owned().await.ok()?;
            let all = self.0.all.clone().acquire_owned().await.ok()?;
            Some(Turn { _all: all, _tenant: tenant })
        };
        tokio::time::timeout(PATIENCE, both).await.ok().flatten().ok_or(Refusal::Busy)
    }

    /// What answers the hooks of pushes; started with the first push.
    pub(super) async fn hooks(&self) -> Result<&Hooks, Refusal> {
        let started = self.0.hooks.get_or_try_init(|| Hooks::start(self.app().clone())).await;
        started.map_err(|error| {
            tracing::error!(%error, "the hooks of pushes cannot be answered");
            Refusal::Internal
        })
    }

    /// Whether these credentials were good a moment ago.
    pub(super) fn has_signed_in(&self, credentials: &str) -> bool {
        let now = self.app().clock().now_ms();
        self.0.signed_in.lock().get(credentials).is_some_and(|at| now - at < SIGNED_IN_MS)
    }

    pub(super) fn note_sign_in(&self, credentials: String) {
        let now = self.app().clock().now_ms();
        let mut known = self.0.signed_in.lock();
        if known.len() >= 10_000 {
            known.retain(|_, at| now - *at < SIGNED_IN_MS);
        }
        known.insert(credentials, now);
    }
}

impl fmt::Debug for GitHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GitHost")
    }
}

use std::sync::Arc;

use crontopus_clock::{Clock, Entropy};
use crontopus_ids::TenantId;
use crontopus_notify::Courier;
use crontopus_store::{Read, Store, SystemScope, SystemTx, TenantScope, TenantTx};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::letters::Letters;
use crate::agents::Windows;
use crate::alerts::DeliveryMetrics;
use crate::bearers::Bearers;
use crate::git::SyncMetrics;
use crate::ingest::{CheckInLimits, Ingest};
use crate::public_page::Shown;
use crate::statistics::Agendas;
use crate::tasks::Board;
use crate::webauthn::RelyingParty;
use crate::{PasswordHasher, Result, ServerKey, Settings, secret};

/// The service without its edges: every use case is a method. Shared behind an [`Arc`].
#[derive(Debug)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) settings: Settings,
    pub(crate) key: ServerKey,
    pub(crate) hasher: PasswordHasher,
    pub(crate) bearers: Bearers,
    pub(crate) windows: Windows,
    pub(crate) sync_metrics: SyncMetrics,
    pub(crate) delivery_metrics: DeliveryMetrics,
    board: Board,
    pub(crate) courier: Courier,
    pub(crate) letters: Letters,
    pub(crate) relying_party: Option<RelyingParty>,
    pub(crate) agendas: Agendas,
    pub(crate) shown: Shown,
    check_in_limits: CheckInLimits,
    ingest: Ingest,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The database, migrated.
    pub store: Store,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws secrets.
    pub entropy: Arc<dyn Entropy>,
    /// What the operator says.
    pub settings: Settings,
    /// What the service signs with.
    pub key: ServerKey,
    /// Hashes passwords.
    pub hasher: PasswordHasher,
}

impl App {
    /// The service made of `parts`. Its check-in writer starts at once; everything else that runs in the
    /// background starts with [`App::start_tasks`]. Call it on an asynchronous runtime.
    pub fn new(parts: Parts) -> Self {
        let Parts { store, clock, entropy, settings, key, hasher } = parts;
        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let ingest =
            Ingest::start(store.clone(), clock.clone(), entropy.clone(), &tasks, shutdown.child_token());
        let bearers = Bearers::start(store.clone(), &tasks, shutdown.child_token());
        let board = Board::new(clock.clone());
        let courier = Courier::new(settings.alerts.addresses.clone(), settings.alerts.mail.clone());
        let relying_party = RelyingParty::at(&settings.public_url);
        let check_in_limits = CheckInLimits::new(&clock);
        Self {
            store,
            clock,
            entropy,
            settings,
            key,
            hasher,
            bearers,
            windows: Windows::default(),
            sync_metrics: SyncMetrics::default(),
            delivery_metrics: DeliveryMetrics::default(),
            board,
            courier,
            letters: Letters::default(),
            relying_party,
            agendas: Agendas::default(),
            shown: Shown::default(),
            check_in_limits,
            ingest,
            tasks,
            shutdown,
        }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Tells the time.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Draws random bytes.
    pub fn entropy(&self) -> &Arc<dyn Entropy> {
        &self.entropy
    }

    /// What the operator says.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the service signs with.
    pub fn key(&self) -> &ServerKey {
        &self.key
    }

    /// The way in for check-ins.
    pub fn ingest(&self) -> &Ingest {
        &self.ingest
    }

    /// What background tasks did last.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// How often a key may check in.
    pub fn check_in_limits(&self) -> &CheckInLimits {
        &self.check_in_limits
    }

    /// Everything that runs in the background is spawned on this, so that shutdown waits for it.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Cancelled when the service is asked to end.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        secret::bytes(self.entropy.as_ref())
    }

    /// A writing transaction of one tenant.
    pub(crate) async fn begin(&self, tenant: TenantId) -> Result<TenantTx> {
        Ok(self.store.begin(TenantScope::of(tenant)).await?)
    }

    /// A reading transaction of one tenant.
    pub(crate) async fn read(&self, tenant: TenantId) -> Result<Read<TenantScope>> {
        Ok(self.store.read(TenantScope::of(tenant)).await?)
    }

    /// A reading transaction that finds who calls.
    pub(crate) async fn look_up(&self) -> Result<Read<SystemScope>> {
        Ok(self.store.read(SystemScope::for_credentials()).await?)
    }

    /// A writing transaction for signing up and in.
    pub(crate) async fn sign_in_tx(&self) -> Result<SystemTx> {
        Ok(self.store.begin(SystemScope::for_sign_in()).await?)
    }
}

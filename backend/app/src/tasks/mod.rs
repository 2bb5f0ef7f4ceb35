//! Background tasks, one file each. They take no input, run from time to time and when woken, and are
//! idempotent: any process may run them, also several at once.

pub mod alerts;
mod board;
pub mod counting;
pub mod dead_man;
pub mod lateness;
pub mod lost_agents;
pub mod maintenance;
pub mod repository_sync;
pub mod retention;
pub mod service_heartbeat;
pub mod sweep;
pub mod volume;

use std::sync::Arc;
use std::time::Duration;

use crontopus_store::StoreError;
use tokio_util::sync::CancellationToken;

pub use self::board::{Board, TaskStatus};
use self::counting::Counting;
use self::lateness::Lateness;
use self::lost_agents::LostAgents;
use self::maintenance::Maintenances;
use self::retention::{Keep, Retention};
use self::service_heartbeat::ServiceHeartbeat;
use self::sweep::Sweep;
use self::volume::VolumeWatch;
use crate::{App, Result, secret};

/// How the task that sends notifications is called on the board.
pub const SENDER: &str = "sender";

impl App {
    /// Starts every background task on [`App::tasks`]; they end when [`App::shutdown`] is cancelled. The
    /// first sign of life is written before anything is judged, so that the time this service was away is
    /// known.
    ///
    /// # Errors
    /// The database is away.
    pub async fn start_tasks(self: &Arc<Self>) -> Result<()> {
        let (store, clock) = (self.store().clone(), self.clock().clone());
        let node: [u8; 8] = secret::bytes(self.entropy().as_ref());
        let node: String = node.iter().map(|byte| format!("{byte:02x}")).collect();
        let heartbeat = ServiceHeartbeat::new(store.clone(), clock.clone(), &node);
        if let Some(outage) = self.board().round(service_heartbeat::NAME, heartbeat.start()).await? {
            tracing::info!(?outage, "the service was away; what was due meanwhile is unknown, not missed");
        }
        let volume = VolumeWatch::new(store.clone(), clock.clone(), self.ingest().clone(), &node);
        let sweep = Sweep::new(store.clone(), clock.clone(), self.ingest().clone(), heartbeat.clone());
        let pause = Duration::from_secs(self.settings().heartbeat_seconds.into());
        let lost = LostAgents::new(store.clone(), clock.clone(), self.ingest().expectations().clone(), pause);
        let maintenance =
            Maintenances::new(store.clone(), clock.clone(), self.ingest().clone(), heartbeat.clone());
        let lateness = Lateness::new(store.clone(), clock.clone(), self.ingest().clone(), heartbeat.clone());
        let counting = Counting::new(store.clone(), clock.clone());
        let retention = Retention::new(store, clock, Keep::default());
        let (tasks, end, board) = (self.tasks(), self.shutdown(), self.board());
        tasks.spawn(heartbeat.run(board.clone(), end.clone()));
        tasks.spawn(volume.run(board.clone(), end.clone()));
        tasks.spawn(sweep.run(board.clone(), end.clone()));
        tasks.spawn(lost.run(board.clone(), end.clone()));
        tasks.spawn(maintenance.run(board.clone(), end.clone()));
        tasks.spawn(lateness.run(board.clone(), end.clone()));
        tasks.spawn(counting.run(board.clone(), end.clone()));
        tasks.spawn(retention.run(board.clone(), end.clone()));
        tasks.spawn(repository_sync::run(self.clone()));
        tasks.spawn(alerts::run(self.clone()));
        Ok(())
    }
}

/// Waits for `pause`; whether the service goes on.
pub(crate) async fn rest(pause: Duration, cancel: &CancellationToken) -> bool {
    cancel.run_until_cancelled(tokio::time::sleep(pause)).await.is_some()
}

/// Logs what a round of `task` failed with; the next round tries again.
pub(crate) fn report(task: &'static str, error: &StoreError) {
    tracing::warn!(task, error = error as &dyn std::error::Error, "a round failed and is tried again");
}

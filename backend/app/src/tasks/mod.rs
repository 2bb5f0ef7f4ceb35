//! Background tasks, one file each. They take no input, run from time to time and when woken, and are
//! idempotent: any process may run them, also several at once.

pub mod lost_agents;
pub mod repository_sync;
pub mod retention;
pub mod service_heartbeat;
pub mod sweep;

use std::time::Duration;

use crontopus_store::StoreError;
use tokio_util::sync::CancellationToken;

/// Waits for `pause`; whether the service goes on.
pub(crate) async fn rest(pause: Duration, cancel: &CancellationToken) -> bool {
    cancel.run_until_cancelled(tokio::time::sleep(pause)).await.is_some()
}

/// Logs what a round of `task` failed with; the next round tries again.
pub(crate) fn report(task: &'static str, error: &StoreError) {
    tracing::warn!(task, error = error as &dyn std::error::Error, "a round failed and is tried again");
}

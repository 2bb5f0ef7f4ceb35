//! Fetches remotes when they are due, and syncs what somebody asked to be synced.

use std::sync::Arc;
use std::time::Duration;

use crontopus_store::{DueRepository, SystemScope, TenantScope, Topic};
use tokio::time::timeout;

use crate::{App, Result};

/// How this task is called on the board.
pub const NAME: &str = "repository-sync";

/// Repositories that are brought up to date at once.
const AT_ONCE: usize = 4;
/// How long nobody else takes a repository that is being fetched.
const LEASE_MS: i64 = 600_000;
/// Longest sleep without looking.
const FLOOR: Duration = Duration::from_secs(30);

/// Runs until the service is asked to end.
pub async fn run(app: Arc<App>) {
    let shutdown = app.shutdown().clone();
    let mut wake = app.store().subscribe(Topic::Sync);
    loop {
        let pause = match app.board().round(NAME, turn(&app)).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "repositories cannot be looked through"
                );
                Duration::from_secs(5)
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = timeout(pause, wake.wait()) => {}
        }
    }
}

/// Brings everything that is due up to date; how long to sleep then.
///
/// # Errors
/// The database is away.
pub async fn turn(app: &Arc<App>) -> Result<Duration> {
    loop {
        let now = app.now_ms();
        let mut tx = app.store.begin(SystemScope::for_task("repository_sync")).await?;
        let due = tx.lease_due_repositories(now, now + LEASE_MS, AT_ONCE as u32).await?;
        tx.commit().await?;
        if due.is_empty() {
            break;
        }
        let tasks: Vec<_> = due
            .into_iter()
            .map(|repository| {
                let app_of_task = app.clone();
                app.tasks().spawn(async move { one(&app_of_task, repository, now).await })
            })
            .collect();
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(error = &error as &dyn std::error::Error, "a sync ended unexpectedly");
            }
        }
        if app.shutdown().is_cancelled() {
            break;
        }
    }
    let next = app.store.read(SystemScope::for_task("repository_sync")).await?.next_due_repository().await?;
    let wait = next.map_or(FLOOR, |at| Duration::from_millis((at - app.now_ms()).clamp(50, 30_000) as u64));
    Ok(wait.min(FLOOR))
}

async fn one(app: &App, due: DueRepository, begun: i64) {
    let DueRepository { tenant_id, id, .. } = due;
    // The reason is in the repository's status and in the log.
    let synced = app.fetch_and_sync(tenant_id, id).await;
    let released = async {
        let mut tx = app.store.begin(TenantScope::of(tenant_id)).await?;
        let interval = match tx.get_repository(id).await {
            Ok(repository) => repository.sync_interval_s.saturating_mul(1000),
            // It was deleted meanwhile.
            Err(crontopus_store::StoreError::Missing { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        // A remote that fails is left alone a little longer, but never beyond its interval's tenfold.
        let interval = if synced.is_err() { interval.clamp(15_000, 300_000) } else { interval };
        tx.release_repository(id, begun, app.now_ms() + interval).await?;
        tx.commit().await
    };
    if let Err(error) = released.await {
        tracing::warn!(error = &error as &dyn std::error::Error, "a repository could not be given back");
    }
}

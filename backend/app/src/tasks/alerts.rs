//! Sends what waits in the outbox, and does what alerts go on with by themselves: repeats, next steps, ends of
//! silences. Sleeps until the next of it, or until woken.

use std::sync::Arc;
use std::time::Duration;

use crontopus_store::Topic;
use tokio::time::timeout;

use super::SENDER;
use crate::{App, Result};

/// Longest sleep, should a wake-up be lost, or another replica have ended.
const FLOOR: Duration = Duration::from_secs(1);

/// Runs until the service is asked to end; what is being sent then is recorded first.
pub async fn run(app: Arc<App>) {
    let shutdown = app.shutdown().clone();
    // Subscribed before looking, so that nothing falls in between.
    let mut wake = app.store().subscribe(Topic::Outbox);
    while !shutdown.is_cancelled() {
        let pause = match app.board().round(SENDER, round(&app)).await {
            Ok(pause) => pause,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(task = SENDER, error, "a round failed and is tried again");
                FLOOR
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = timeout(pause, wake.wait()) => {}
        }
    }
}

async fn round(app: &App) -> Result<Duration> {
    let pause = |due: Option<i64>, now: i64| match due {
        Some(due) => Duration::from_millis(u64::try_from(due - now).unwrap_or(0)).min(FLOOR),
        None => FLOOR,
    };
    let due = app.next_alert_work().await?;
    let before = pause(due, app.now_ms());
    if !before.is_zero() {
        return Ok(before);
    }
    let done = app.run_alert_timers().await? + app.send_due().await?;
    // What is due and was not done waits for something else: another row, another replica, a disabled channel.
    Ok(if done == 0 { FLOOR } else { pause(app.next_alert_work().await?, app.now_ms()) })
}

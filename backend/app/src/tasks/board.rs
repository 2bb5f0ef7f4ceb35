//! What background tasks did last: for metrics, health and operators.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crontopus_clock::Clock;
use parking_lot::Mutex;

/// The rounds of every background task of this process. Cheap to clone.
#[derive(Clone)]
pub struct Board {
    clock: Arc<dyn Clock>,
    tasks: Arc<Mutex<BTreeMap<&'static str, TaskStatus>>>,
}

/// What one background task did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskStatus {
    /// When its last round began, UTC milliseconds.
    pub began_at: Option<i64>,
    /// When its last round ended.
    pub ended_at: Option<i64>,
    /// When its last round ended well.
    pub succeeded_at: Option<i64>,
    /// How long its last round took.
    pub took: Duration,
    /// Rounds that ended.
    pub rounds: u64,
    /// Those of them that failed.
    pub failures: u64,
    /// What the last round failed with; `None` when it ended well.
    pub error: Option<String>,
}

impl Board {
    /// No task yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, tasks: Arc::default() }
    }

    /// Notes that there is such a task, before its first round.
    pub fn announce(&self, task: &'static str) {
        self.tasks.lock().entry(task).or_default();
    }

    /// Does one round of a task and notes how it went. A round that is dropped midway leaves its beginning.
    ///
    /// # Errors
    /// What `round` fails with.
    pub async fn round<T, E: fmt::Display>(
        &self,
        task: &'static str,
        round: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.tasks.lock().entry(task).or_default().began_at = Some(self.clock.now_ms());
        let started = Instant::now();
        let done = round.await;
        let (took, now) = (started.elapsed(), self.clock.now_ms());
        let mut tasks = self.tasks.lock();
        let status = tasks.entry(task).or_default();
        (status.ended_at, status.took) = (Some(now), took);
        status.rounds += 1;
        match &done {
            Ok(_) => (status.succeeded_at, status.error) = (Some(now), None),
            Err(error) => {
                status.failures += 1;
                status.error = Some(error.to_string());
            }
        }
        done
    }

    /// Every task by name.
    pub fn tasks(&self) -> BTreeMap<&'static str, TaskStatus> {
        self.tasks.lock().clone()
    }

    /// One task; `None` when this process does not run it.
    pub fn find(&self, task: &str) -> Option<TaskStatus> {
        self.tasks.lock().get(task).cloned()
    }
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.tasks.lock().iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use crontopus_clock::MockClock;

    use super::*;

    #[tokio::test]
    async fn rounds_are_noted() {
        let clock = MockClock::at("2026-11-24T02:00:00Z".parse().unwrap());
        let board = Board::new(Arc::new(clock.clone()));
        board.announce("sweep");
        assert_eq!(board.find("sweep"), Some(TaskStatus::default()));
        assert_eq!(board.find("other"), None);
        board.round("sweep", async { Ok::<_, String>(()) }).await.unwrap();
        let good = clock.now_ms();
        clock.advance(jiff::SignedDuration::from_secs(5));
        board.round("sweep", async { Err::<(), _>("the database is away".to_owned()) }).await.unwrap_err();
        let status = board.find("sweep").unwrap();
        assert_eq!((status.rounds, status.failures), (2, 1));
        assert_eq!((status.succeeded_at, status.ended_at), (Some(good), Some(good + 5_000)));
        assert_eq!(status.error.as_deref(), Some("the database is away"));
    }
}

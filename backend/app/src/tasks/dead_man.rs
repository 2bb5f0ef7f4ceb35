//! Tells somebody outside that the service is well, every minute, for as long as it is. When the word stays
//! out, they tell the operators: a service cannot report its own end.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::rest;
use crate::App;
use crate::health::Check;

/// Time between two signs.
pub const INTERVAL: Duration = Duration::from_secs(60);

/// How this task is called on the board.
pub const NAME: &str = "dead-man";

/// What reaches the address that waits for the signs. It is the operator's own setting, not a tenant's:
/// addresses in private networks are as good as any.
pub trait Outside: std::fmt::Debug + Send + Sync + 'static {
    /// Sends one sign and waits for the answer. It blocks.
    ///
    /// # Errors
    /// What went wrong, in words for the operator.
    fn tell(&self) -> Result<(), String>;
}

/// The task that gives signs.
#[derive(Debug)]
pub struct DeadMan {
    app: Arc<App>,
    outside: Arc<dyn Outside>,
}

/// Why no sign was given.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    /// Something is not well.
    #[error("no sign is given: {0}")]
    Unwell(String),
    /// The sign did not arrive.
    #[error("the sign did not arrive: {0}")]
    Lost(String),
}

impl DeadMan {
    /// Gives signs of `app` to `outside`.
    pub fn new(app: Arc<App>, outside: Arc<dyn Outside>) -> Self {
        Self { app, outside }
    }

    /// Looks at every part, and gives one sign when all are well.
    ///
    /// # Errors
    /// [`Silence`]; the next round tries again.
    pub async fn round(&self) -> Result<(), Silence> {
        let checks = self.app.check_health().await;
        let unwell: Vec<_> = checks.iter().filter(|check| check.ailment.is_some()).map(Check::told).collect();
        if !unwell.is_empty() {
            return Err(Silence::Unwell(unwell.join("; ")));
        }
        let outside = self.outside.clone();
        let told = tokio::task::spawn_blocking(move || outside.tell()).await;
        told.map_err(|error| Silence::Lost(error.to_string()))?.map_err(Silence::Lost)
    }

    /// Runs until `cancel` is cancelled, at once and then every [`INTERVAL`].
    pub async fn run(self, cancel: CancellationToken) {
        let board = self.app.board().clone();
        loop {
            let round = board.round(NAME, self.round());
            match cancel.run_until_cancelled(round).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(silence)) => tracing::warn!(%silence, "the dead man's switch is not held"),
            }
            if !rest(INTERVAL, &cancel).await {
                return;
            }
        }
    }
}

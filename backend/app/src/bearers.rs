//! Who API tokens speak for: requests that come at the same time are looked up together, each after it came. Nothing is
//! remembered, so that a token that was revoked is refused from the next request on.

use std::collections::{BTreeSet, HashMap};

use crontopus_store::{Bearer, Store, StoreError, SystemScope};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// So many requests may wait; more look for themselves.
const QUEUE: usize = 4_096;
/// So many are looked up together.
const BATCH: usize = 512;

/// The desk where tokens are shown. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Bearers {
    store: Store,
    queue: mpsc::Sender<Shown>,
}

/// A token that somebody shows.
#[derive(Debug)]
struct Shown {
    /// SHA-256, hex.
    hash: String,
    answer: oneshot::Sender<Option<Bearer>>,
}

impl Bearers {
    /// Starts on `tasks`; ends when `cancel` is cancelled and nobody waits any more.
    pub(crate) fn start(store: Store, tasks: &TaskTracker, cancel: CancellationToken) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tasks.spawn(attend(store.clone(), waiting, cancel));
        Self { store, queue }
    }

    /// Who the token whose secret hashes to that speaks for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(crate) async fn find(&self, hash: String) -> Result<Option<Bearer>, StoreError> {
        let (answer, found) = oneshot::channel();
        if self.queue.try_send(Shown { hash: hash.clone(), answer }).is_ok()
            && let Ok(bearer) = found.await
        {
            return Ok(bearer);
        }
        // The desk is full or has ended, or the database refused: whoever asks hears of that itself.
        let mut read = self.store.read(SystemScope::for_credentials()).await?;
        Ok(read.find_bearers(&BTreeSet::from([hash])).await?.into_iter().next().map(|(_, bearer)| bearer))
    }
}

async fn attend(store: Store, mut waiting: mpsc::Receiver<Shown>, cancel: CancellationToken) {
    let mut shown = Vec::with_capacity(BATCH);
    loop {
        let count = tokio::select! {
            biased;
            () = cancel.cancelled(), if !waiting.is_closed() => {
                waiting.close();
                continue;
            }
            count = waiting.recv_many(&mut shown, BATCH) => count,
        };
        if count == 0 {
            return;
        }
        let hashes: BTreeSet<String> = shown.iter().map(|shown| shown.hash.clone()).collect();
        let found: HashMap<String, Bearer> = match look_up(&store, &hashes).await {
            Ok(found) => found.into_iter().collect(),
            Err(error) => {
                tracing::debug!(%error, "tokens were not looked up together");
                shown.clear();
                continue;
            }
        };
        for Shown { hash, answer } in shown.drain(..) {
            if answer.send(found.get(&hash).cloned()).is_err() {
                tracing::trace!("nobody waits for this answer any more");
            }
        }
    }
}

async fn look_up(store: &Store, hashes: &BTreeSet<String>) -> Result<Vec<(String, Bearer)>, StoreError> {
    store.read(SystemScope::for_credentials()).await?.find_bearers(hashes).await
}

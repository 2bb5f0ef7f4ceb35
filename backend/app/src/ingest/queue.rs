use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crontopus_clock::{Clock, Entropy};
use crontopus_store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::expectations::Expectations;
use super::metrics::{IngestMetrics, Refusal};
use super::put_off::PutOff;
use super::signal::{Outcome, Signal};
use super::volume::VolumeMeter;
use super::writer::Writer;

/// So many requests may wait.
const QUEUE: usize = 4_096;

/// So many bytes may wait, as outputs may be large.
const QUEUE_BYTES: usize = 128 << 20;

/// So many check-ins are committed together at most, unless one request holds more.
pub(super) const BATCH: usize = 1_024;

/// What was put off is written down when so long nothing else came in, if not before.
const SETTLED_AFTER: Duration = Duration::from_secs(1);

/// The way in for check-ins. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ingest {
    queue: mpsc::Sender<Item>,
    waiting_bytes: Arc<AtomicUsize>,
    expectations: Expectations,
    put_off: PutOff,
    metrics: IngestMetrics,
    meter: VolumeMeter,
}

/// What one request brought, and who waits for the answer.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) signals: Vec<Signal>,
    pub(super) done: oneshot::Sender<Written>,
    weight: Weight,
}

/// What an item is answered; one error may answer many.
pub(super) type Written = Result<Vec<Outcome>, Arc<StoreError>>;

/// Bytes that are given back when the item is done with.
#[derive(Debug)]
struct Weight(usize, Arc<AtomicUsize>);

/// Why a check-in was neither taken nor rejected: it may be sent again.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Too many are waiting.
    #[error("too many check-ins are waiting")]
    Busy,
    /// The service is ending.
    #[error("the service is ending")]
    Closed,
    /// The database did not take them.
    #[error("the database did not take the check-ins")]
    Store(#[source] Arc<StoreError>),
}

impl Ingest {
    /// Starts the writer on `tasks`. When `cancel` is cancelled it takes nothing more, finishes what waits
    /// and ends.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        tasks: &TaskTracker,
        cancel: CancellationToken,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let expectations = Expectations::default();
        let metrics = IngestMetrics::default();
        let meter = VolumeMeter::default();
        let put_off = PutOff::new(store.clone(), clock.clone(), expectations.clone());
        let writer = Writer {
            store,
            clock,
            entropy,
            expectations: expectations.clone(),
            put_off: put_off.clone(),
            metrics: metrics.clone(),
            meter: meter.clone(),
        };
        tasks.spawn(drain(waiting, writer, cancel));
        Self { queue, waiting_bytes: Arc::default(), expectations, put_off, metrics, meter }
    }

    /// Submits one check-in and waits until it is on disk.
    ///
    /// # Errors
    /// See [`Ingest::submit_all`].
    pub async fn submit(&self, signal: Signal) -> Result<Outcome, IngestError> {
        let outcomes = self.submit_all(vec![signal]).await?;
        outcomes.into_iter().next().ok_or(IngestError::Closed)
    }

    /// Submits check-ins, in order, and waits until they are on disk: one outcome for each.
    ///
    /// # Errors
    /// None was taken: [`IngestError::Busy`] at once when too many wait, [`IngestError::Closed`],
    /// [`IngestError::Store`] when the database is away or full.
    pub async fn submit_all(&self, signals: Vec<Signal>) -> Result<Vec<Outcome>, IngestError> {
        let bytes = signals.iter().map(Signal::weight).sum();
        let weight = Weight(bytes, self.waiting_bytes.clone());
        if self.waiting_bytes.fetch_add(bytes, Ordering::Relaxed) > QUEUE_BYTES {
            self.refuse(Refusal::Full, &signals);
            return Err(IngestError::Busy);
        }
        let (done, answer) = oneshot::channel();
        self.queue.try_send(Item { signals, done, weight }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(item) => {
                self.refuse(Refusal::Full, &item.signals);
                IngestError::Busy
            }
            mpsc::error::TrySendError::Closed(item) => {
                self.refuse(Refusal::Closing, &item.signals);
                IngestError::Closed
            }
        })?;
        match answer.await {
            Ok(outcomes) => outcomes.map_err(IngestError::Store),
            Err(_) => Err(IngestError::Closed),
        }
    }

    fn refuse(&self, why: Refusal, signals: &[Signal]) {
        self.metrics.refused(why, signals.len());
        self.put_off.note(signals);
    }

    /// Returns when everything submitted before has been decided, one way or the other; whether the writer
    /// goes on.
    pub async fn barrier(&self) -> bool {
        let (done, answer) = oneshot::channel();
        let weight = Weight(0, self.waiting_bytes.clone());
        // A writer that ended has decided everything too.
        self.queue.send(Item { signals: Vec::new(), done, weight }).await.is_ok() && answer.await.is_ok()
    }

    /// Returns when everything submitted before is in the database: what was taken, and of what had to be put off,
    /// whose it was. Wait for it before silence is taken for anything.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Collision`].
    pub async fn settled(&self) -> Result<(), StoreError> {
        self.barrier().await;
        self.put_off.settle().await
    }

    /// Requests that wait.
    pub fn depth(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Most requests that may wait.
    pub fn limit(&self) -> usize {
        self.queue.max_capacity()
    }

    /// Bytes of what waits.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting_bytes.load(Ordering::Relaxed)
    }

    /// Registers what is counted of check-ins.
    pub(crate) fn register_metrics(&self, registry: &mut prometheus_client::registry::Registry) {
        self.metrics.register(registry);
    }

    /// What was counted of check-ins, by minute.
    pub(crate) fn meter(&self) -> &VolumeMeter {
        &self.meter
    }

    /// The compiled expectations, shared with whoever else judges monitors.
    pub fn expectations(&self) -> &Expectations {
        &self.expectations
    }
}

impl Drop for Weight {
    fn drop(&mut self) {
        self.1.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// The writer's loop: takes whatever waits, never waits for more.
async fn drain(mut waiting: mpsc::Receiver<Item>, writer: Writer, cancel: CancellationToken) {
    loop {
        let first = tokio::select! {
            biased;
            () = cancel.cancelled(), if !waiting.is_closed() => {
                waiting.close();
                continue;
            }
            item = waiting.recv() => item,
            () = tokio::time::sleep(SETTLED_AFTER), if writer.put_off.is_pending() => {
                writer.settle().await;
                continue;
            }
        };
        let Some(first) = first else {
            writer.settle().await;
            return;
        };
        let mut size = first.signals.len();
        let mut items = vec![first];
        while size < BATCH
            && items.len() < BATCH
            && let Ok(item) = waiting.try_recv()
        {
            size += item.signals.len();
            items.push(item);
        }
        let span = tracing::info_span!("ingest.batch", check_ins = size, requests = items.len());
        writer.write(items).instrument(span).await;
    }
}

impl Item {
    /// Answers whoever waits; nobody may wait any more.
    pub(super) fn answer(self, outcomes: Written) {
        let Self { done, weight, .. } = self;
        drop(weight);
        if done.send(outcomes).is_err() {
            tracing::trace!("nobody waits for this answer any more");
        }
    }
}

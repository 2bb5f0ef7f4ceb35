use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Wake;

/// Says to all threads that the program ends; waiting on it is how they pause.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop(Arc<(Mutex<Inner>, Condvar)>);

#[derive(Debug, Default)]
struct Inner {
    stopped: bool,
    waker: Option<Sender<Wake>>,
}

impl Stop {
    /// Asks everybody to end.
    pub(crate) fn stop(&self) {
        let mut inner = self.lock();
        inner.stopped = true;
        if let Some(waker) = inner.waker.take() {
            waker.send(Wake::Stop).ok();
        }
        self.0.1.notify_all();
    }

    /// Whether that was asked.
    pub(crate) fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    /// Pauses; true when the program ends meanwhile.
    pub(crate) fn pause(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut inner = self.lock();
        while !inner.stopped {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.0.1.wait_timeout(inner, left);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    pub(super) fn on_stop(&self, waker: Sender<Wake>) {
        let mut inner = self.lock();
        if inner.stopped {
            waker.send(Wake::Stop).ok();
        } else {
            inner.waker = Some(waker);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

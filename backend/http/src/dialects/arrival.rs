//! What is the same for every protocol: limits, the body, the queue.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{
    CheckIn, CheckInKind, Door, Outcome, OutputKeeper, Rejection, RunKey, Signal, Target, Terms,
};
use http_body_util::BodyExt as _;

use crate::extract::Patience;
use crate::failure::Failure;
use crate::serving::Serving;

/// Most of a body that is read; what is beyond it is not kept, and the signal counts all the same.
const LARGEST_BODY: u64 = 10 << 20;

/// Any page may ask, as a check-in needs no cookie.
pub(crate) const ANY_ORIGIN: (HeaderName, HeaderValue) =
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));

/// A check-in that a request brings.
pub(crate) struct Arrival {
    signal: Signal,
    /// What is kept of the output.
    pub(crate) output: OutputKeeper,
}

/// What became of it.
pub(crate) enum Taken {
    /// What the queue answered.
    Done(Outcome),
    /// The key was used too often; the answer for who can be told so.
    Limited(Failure),
}

impl Arrival {
    /// A check-in that is received now.
    pub(crate) fn new(serving: &Serving, door: Door, target: Target, kind: CheckInKind) -> Self {
        let received_at = serving.app().clock().now_ms();
        let signal = Signal::new(door, target, CheckIn::new(kind, RunKey::None), received_at);
        Self { signal, output: OutputKeeper::default() }
    }

    /// What it says.
    pub(crate) fn check_in(&mut self) -> &mut CheckIn {
        &mut self.signal.check_in
    }

    /// What becomes of it apart from what it says.
    pub(crate) fn terms(&mut self) -> &mut Terms {
        &mut self.signal.terms
    }

    /// Counts it against the limits of its key, reads the body as output, and waits until it is on disk.
    pub(crate) async fn take(mut self, serving: &Serving, body: Body) -> Result<Taken, Failure> {
        if let Err(exceeded) = serving.app().admit_check_in(&self.signal).await? {
            return Ok(Taken::Limited(exceeded.into()));
        }
        read(body, |bytes| self.output.push(bytes), LARGEST_BODY, serving.patience()).await;
        let outcomes = serving.app().check_in(vec![self.into_signal()]).await?;
        Ok(Taken::Done(outcomes.first().copied().unwrap_or(Outcome::Rejected(Rejection::Invalid))))
    }

    /// The signal for the queue, if its key may check in now.
    pub(super) async fn admitted(self, serving: &Serving) -> Result<Option<Signal>, Failure> {
        let admitted = serving.app().admit_check_in(&self.signal).await?;
        Ok(admitted.is_ok().then(|| self.into_signal()))
    }

    fn into_signal(self) -> Signal {
        let Self { mut signal, output } = self;
        signal.output = output.finish();
        signal.check_in.output_bytes = signal.output.as_ref().map(|o| o.total_bytes);
        signal
    }
}

/// Reads a body as far as `most` bytes. One that breaks off or comes too slowly counts as far as it was read.
pub(super) async fn read(mut body: Body, mut keep: impl FnMut(&[u8]), most: u64, patience: Patience) {
    let until = tokio::time::Instant::now() + patience.0;
    let mut total = 0;
    while total < most
        && let Ok(Some(Ok(frame))) = tokio::time::timeout_at(until, body.frame()).await
    {
        if let Some(bytes) = frame.data_ref() {
            total += bytes.len() as u64;
            keep(bytes);
        }
    }
}

/// A browser asks whether it may: it may, and that is no check-in.
pub(crate) async fn preflight() -> Response {
    let allow = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, HEAD")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*")),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, [ANY_ORIGIN], allow).into_response()
}

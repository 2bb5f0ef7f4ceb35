//! What is the same for every protocol: limits, the body, the queue.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{
    CheckIn, CheckInKind, Door, Outcome, OutputKeeper, Rejection, RunKey, Signal, Target, Terms,
};
use http_body_util::BodyExt as _;

use crate::failure::Failure;
use crate::serving::Serving;

/// Most of a body that is read; what is beyond it is not kept, and the signal counts all the same.
const LARGEST_BODY: u64 = 10 << 20;

/// Any page may ask, as a check-in needs no cookie.
pub(crate) const ANY_ORIGIN: (HeaderName, HeaderValue) =
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));

/// A check-in that a request brings.
pub(crate) struct Arrival {
    door: Door,
    target: Target,
    received_at: i64,
    /// What it says.
    pub(crate) check_in: CheckIn,
    /// What is kept of the output.
    pub(crate) output: OutputKeeper,
    /// What becomes of it apart from what it says.
    pub(crate) terms: Terms,
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
        Self {
            door,
            target,
            received_at: serving.app().clock().now_ms(),
            check_in: CheckIn::new(kind, RunKey::None),
            output: OutputKeeper::default(),
            terms: Terms::default(),
        }
    }

    /// Counts it against the limits of its key, reads the body as output, and waits until it is on disk.
    pub(crate) async fn take(mut self, serving: &Serving, body: Body) -> Result<Taken, Failure> {
        if let Some(limited) = self.limited(serving).await? {
            return Ok(Taken::Limited(limited));
        }
        read(body, |bytes| self.output.push(bytes), LARGEST_BODY).await;
        let outcomes = serving.app().check_in(vec![self.into_signal()]).await?;
        Ok(Taken::Done(outcomes.first().copied().unwrap_or(Outcome::Rejected(Rejection::Invalid))))
    }

    /// The answer when its key was used too often; the log of its tenant then says so, now and then.
    pub(super) async fn limited(&self, serving: &Serving) -> Result<Option<Failure>, Failure> {
        let Err(limited) = serving.limits().check_in(&self.target) else { return Ok(None) };
        if serving.limits().may_log(&self.target) {
            let check_in = CheckIn::new(self.check_in.kind, RunKey::None);
            let mut signal = Signal::new(self.door, self.target.clone(), check_in, self.received_at);
            signal.terms.refused = Some(Rejection::RateLimited);
            serving.app().check_in(vec![signal]).await?;
        }
        Ok(Some(limited))
    }

    /// The signal for the queue.
    pub(super) fn into_signal(self) -> Signal {
        let Self { door, target, received_at, mut check_in, output, terms } = self;
        let output = output.finish();
        check_in.output_bytes = output.as_ref().map(|o| o.total_bytes);
        Signal { target, check_in, output, received_at, door, terms }
    }
}

/// Reads a body as far as `most` bytes. One that breaks off counts as far as it was read.
pub(super) async fn read(mut body: Body, mut keep: impl FnMut(&[u8]), most: u64) {
    let mut total = 0;
    while total < most {
        match body.frame().await {
            Some(Ok(frame)) => {
                if let Some(bytes) = frame.data_ref() {
                    total += bytes.len() as u64;
                    keep(bytes);
                }
            }
            Some(Err(_)) | None => return,
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

use std::collections::BTreeMap;

use crontopus_api::{CheckIn, CheckInKind, CheckInOutcome, CheckInResult, RejectedCheckIn};
use ureq::http::Method;

use super::decode;
use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/check-ins` and `/in/<key>`: signals of runs.
#[derive(Debug, Clone, Copy)]
pub struct CheckIns<'a> {
    pub(super) client: &'a Client,
}

/// One signal by a check-in key.
#[derive(Debug, Clone)]
pub struct Ping {
    /// What happened.
    pub kind: CheckInKind,
    /// Exit status of an `end`.
    pub exit_status: Option<u8>,
    /// Ties the signals of one run together.
    pub run_id: Option<String>,
    /// Milliseconds the run took.
    pub duration_ms: Option<i64>,
    /// Host it ran on.
    pub host: Option<String>,
    /// Numbers to keep with the run.
    pub metrics: BTreeMap<String, f64>,
    /// What to keep as output.
    pub output: Vec<u8>,
}

impl CheckIns<'_> {
    /// Sends up to 1,000; what is accepted is on disk when this returns.
    pub fn create(&self, check_ins: &[CheckIn]) -> Result<CheckInResult, ClientError> {
        self.client.post(&Target::new("/api/v1/check-ins"), &check_ins)
    }

    /// What was not taken lately, and why; newest first.
    pub fn list_rejected(&self) -> Pages<RejectedCheckIn> {
        Pages::new(self.client, Target::new("/api/v1/rejected-check-ins"))
    }

    /// Reports by a key, or by `<tenant key>/<namespace>/<job>`; needs no other credential. Not tried again:
    /// a second signal could be a second run.
    pub fn ping(&self, key: &str, ping: &Ping) -> Result<CheckInOutcome, ClientError> {
        let mut target = Target::new("/in");
        for part in key.split('/') {
            target = target.segment(part);
        }
        let target = match (ping.kind, ping.exit_status) {
            (CheckInKind::End, Some(status)) => target.segment(status),
            (CheckInKind::Start, _) => target.then("start"),
            (CheckInKind::Success, _) => target.then("success"),
            (CheckInKind::Fail | CheckInKind::End, _) => target.then("fail"),
            (CheckInKind::Skipped, _) => target.then("skipped"),
            (CheckInKind::Log, _) => target.then("log"),
            (CheckInKind::Heartbeat, _) => target.then("heartbeat"),
        };
        // Seconds with their fraction, as the address has it.
        let seconds = ping.duration_ms.map(|ms| format!("{}.{:03}", ms / 1000, ms % 1000));
        let target = target
            .query("rid", ping.run_id.as_ref())
            .query("duration", seconds)
            .query("host", ping.host.as_ref());
        let target = ping.metrics.iter().fold(target, |target, (name, value)| target.metric(name, *value));
        let mut outgoing =
            self.client.outgoing(Method::POST, &target, Some(ping.output.clone()), "application/json");
        outgoing.headers.retain(|(name, _)| *name == "accept");
        outgoing.headers.push(("content-type", "application/octet-stream".to_owned()));
        // The path holds the secret and is in no message.
        const OPERATION: &str = "POST /in/…";
        decode(OPERATION, &self.client.http.send(&outgoing)?.good(OPERATION)?.body)
    }
}

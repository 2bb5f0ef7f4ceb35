//! What is sent of a record, and what the answers mean.

use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use crontopus_manifest::spec::{OutputRecord, RecordKind, SpoolRecord};

use super::address::encoded;
use super::destination::Destination;
use super::http::{self, Answer};
use super::stream::{Connection, connect};

/// The pause before the second attempt; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// What became of a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Delivered,
    /// The server will never take it.
    Refused(String),
    /// It may be taken later.
    Failed(String),
}

/// Deliveries in a row, over one connection where the server keeps it open.
pub(super) struct Session {
    deadline: Instant,
    open: Option<(String, Option<PathBuf>, Connection)>,
    /// Servers that did not answer; they are not waited for once more.
    lost: Vec<String>,
}

impl Session {
    pub(super) fn until(deadline: Instant) -> Self {
        Self { deadline, open: None, lost: Vec::new() }
    }

    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Delivers a record; tries again as long as that may help and there is time.
    pub(super) fn deliver(&mut self, to: &Destination, record: &SpoolRecord) -> Outcome {
        let mut pause = FIRST_PAUSE;
        loop {
            let (why, hope) = match self.exchange(to, record) {
                Ok(answer) => match meaning(&answer) {
                    Outcome::Failed(why) => (why, Some(answer.retry_after.unwrap_or(pause))),
                    outcome => return outcome,
                },
                // A certificate that is not trusted, or cannot be read, is so a second later, too.
                Err(error) if is_lasting(&error) => (error.to_string(), None),
                Err(error) => (error.to_string(), Some(pause)),
            };
            let left = self.deadline.saturating_duration_since(Instant::now());
            match hope.filter(|wait| *wait < left) {
                Some(wait) => thread::sleep(wait),
                None => {
                    self.lost.push(to.address.server());
                    return Outcome::Failed(format!("{}: {why}", to.address.server()));
                }
            }
            pause *= 2;
        }
    }

    /// Delivers a record of an earlier run, unless its server is known not to answer.
    pub(super) fn deliver_late(&mut self, to: &Destination, record: &SpoolRecord) -> Outcome {
        let server = to.address.server();
        if self.lost.contains(&server) {
            return Outcome::Failed(server);
        }
        let outcome = match self.exchange(to, record) {
            Ok(answer) => meaning(&answer),
            Err(error) => Outcome::Failed(error.to_string()),
        };
        if matches!(outcome, Outcome::Failed(_)) {
            self.lost.push(server);
        }
        outcome
    }

    fn exchange(&mut self, to: &Destination, record: &SpoolRecord) -> io::Result<Answer> {
        let (server, authority) = (to.address.server(), to.address.authority());
        let (suffix, query) = (suffix(record), query(to, record));
        let (target, body) = (to.address.target(&suffix, &query), body(record));
        let same = |open: &(String, Option<PathBuf>, Connection)| open.0 == server && open.1 == to.ca;
        if let Some((.., mut stream)) = self.open.take_if(|open| same(open))
            && let Ok(answer) = http::post(&mut stream, &authority, &target, &body)
        {
            // An open connection may have been closed meanwhile: an error says nothing about the server.
            return Ok(self.keep(to, stream, answer));
        }
        let mut stream = connect(&to.address, to.ca.as_deref(), self.deadline)?;
        let answer = http::post(&mut stream, &authority, &target, &body)?;
        Ok(self.keep(to, stream, answer))
    }

    fn keep(&mut self, to: &Destination, stream: Connection, answer: Answer) -> Answer {
        if answer.reusable {
            self.open = Some((to.address.server(), to.ca.clone(), stream));
        }
        answer
    }
}

fn is_lasting(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
}

fn meaning(answer: &Answer) -> Outcome {
    let said = || match answer.reason.as_str() {
        "" => format!("it answers {}", answer.status),
        reason => format!("it answers {}: {reason}", answer.status),
    };
    match answer.status {
        200..=299 => Outcome::Delivered,
        // An address that has moved is not followed: the key would go there.
        300..=399 | 408 | 425 | 429 | 500.. => Outcome::Failed(said()),
        _ => Outcome::Refused(said()),
    }
}

/// The end of the path.
fn suffix(record: &SpoolRecord) -> String {
    let well = record.exit_status == Some(0) && record.signal.is_none();
    match (record.kind, record.exit_status, record.signal) {
        (RecordKind::Start, ..) => "/start".into(),
        (_, _, Some(signal)) => format!("/{}", (128 + signal).min(255)),
        (_, Some(status), None) if !(well && record.killed) => format!("/{}", status & 0xff),
        // It could not be started, or ended well after it had been told to end.
        _ => "/fail".into(),
    }
}

fn query(to: &Destination, record: &SpoolRecord) -> String {
    let mut query = format!("rid={}&at={}", record.run_id, encoded(&record.at.to_string()));
    let mut add = |name: &str, value: &str| query.push_str(&format!("&{name}={}", encoded(value)));
    add("host", &to.host);
    if let Some(environment) = &to.environment {
        add("env", environment);
    }
    if let Some(duration) = record.duration_ms {
        add("duration", &format!("{duration}ms"));
    }
    if let Some(signal) = record.signal {
        add("signal", &signal.to_string());
    }
    query
}

/// What a reader should see: why it was not run or not left alone, then the output.
fn body(record: &SpoolRecord) -> Vec<u8> {
    let mut body = Vec::new();
    if let Some(reason) = &record.reason {
        body.extend(format!("crontopus-run: {reason}\n").bytes());
    }
    if record.killed {
        body.extend(b"crontopus-run: ended by force, since its time was up\n");
    }
    if let Some(output) = &record.output {
        add_output(output, &mut body);
    }
    body
}

fn add_output(output: &OutputRecord, body: &mut Vec<u8>) {
    let kept = |text: &str| BASE64_STANDARD.decode(text).unwrap_or_default();
    body.extend(kept(&output.head));
    // Without a head nothing was to be kept.
    if output.dropped_bytes > 0 && !output.head.is_empty() {
        body.extend(format!("\n[{} bytes are left out here]\n", output.dropped_bytes).bytes());
    }
    body.extend(kept(&output.tail));
}

#[cfg(test)]
mod tests {
    use crontopus_manifest::spec::RECORD_FORMAT;

    use super::*;

    fn record(kind: RecordKind, exit_status: Option<i32>, signal: Option<i32>, killed: bool) -> SpoolRecord {
        SpoolRecord {
            format: RECORD_FORMAT,
            job: "x".into(),
            run_id: "017f22e2-79b0-7fff-bfff-ffffffffffff".into(),
            kind,
            at: "2026-03-01T00:00:00.5Z".parse().unwrap(),
            scheduled_for: None,
            digest: String::new(),
            exit_status,
            signal,
            killed,
            reason: None,
            duration_ms: Some(1_250),
            attempts: Vec::new(),
            output: None,
            resources: None,
        }
    }

    #[test]
    fn how_a_run_ended() {
        for (exit_status, signal, killed, expected) in [
            (Some(0), None, false, "/0"),
            (Some(255), None, false, "/255"),
            (Some(3), None, true, "/3"),
            (Some(0), None, true, "/fail"),
            (None, Some(9), false, "/137"),
            (None, Some(15), true, "/143"),
            (None, None, false, "/fail"),
        ] {
            assert_eq!(suffix(&record(RecordKind::End, exit_status, signal, killed)), expected);
        }
        assert_eq!(suffix(&record(RecordKind::Start, None, None, false)), "/start");
    }

    #[test]
    fn what_is_sent_along() {
        let to = Destination::from_json(&serde_json::json!({
            "url": "https://a.test/in/k", "host": "web 1", "environment": "prod",
        }))
        .unwrap();
        let mut record = record(RecordKind::End, None, Some(9), true);
        assert_eq!(
            query(&to, &record),
            "rid=017f22e2-79b0-7fff-bfff-ffffffffffff&at=2026-03-01T00%3A00%3A00.5Z&host=web%201&env=prod\
             &duration=1250ms&signal=9"
        );
        let output = |head: &str, tail: &str, dropped_bytes| OutputRecord {
            head: BASE64_STANDARD.encode(head),
            tail: BASE64_STANDARD.encode(tail),
            total_bytes: 99,
            dropped_bytes,
        };
        record.output = Some(output("a", "b", 7));
        let text = String::from_utf8(body(&record)).unwrap();
        assert_eq!(
            text,
            "crontopus-run: ended by force, since its time was up\na\n[7 bytes are left out here]\nb"
        );
        record = SpoolRecord { killed: false, output: Some(output("", "", 99)), ..record };
        assert_eq!(body(&record), b"", "no output was wanted");
    }

    #[test]
    fn what_answers_mean() {
        let meaning = |status| {
            let answer = Answer { status, retry_after: None, reason: String::new(), reusable: true };
            super::meaning(&answer)
        };
        for status in [200, 201, 202, 204] {
            assert_eq!(meaning(status), Outcome::Delivered);
        }
        for status in [301, 308, 408, 425, 429, 500, 502, 503, 504] {
            assert!(matches!(meaning(status), Outcome::Failed(_)), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 410, 413] {
            assert!(matches!(meaning(status), Outcome::Refused(_)), "{status}");
        }
    }
}

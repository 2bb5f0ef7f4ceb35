use crontopus_manifest::spec::{Attempt as AttemptRecord, RECORD_FORMAT, RecordKind, SpoolRecord};
use jiff::Timestamp;
use rustix::process::Signal;

use crate::clock::now;
use crate::ending::Ending;
use crate::reporter::Reporter;
use crate::run_id::new_run_id;
use crate::start::CannotStart;

/// What is known of the run so far.
pub(crate) struct Report {
    pub(crate) job: String,
    pub(crate) run_id: String,
    pub(crate) digest: String,
    pub(crate) scheduled_for: Option<Timestamp>,
    pub(crate) reason: Option<String>,
    pub(crate) exit_status: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) killed: bool,
    pub(crate) duration_ms: Option<u64>,
    pub(crate) attempts: Vec<AttemptRecord>,
    pub(crate) reporter: Reporter,
}

impl Report {
    /// Nothing is known but which job it is.
    pub(crate) fn new(job: &str, now: Timestamp, reporter: Reporter) -> Self {
        Self {
            job: job.to_owned(),
            run_id: new_run_id(now),
            digest: String::new(),
            scheduled_for: None,
            reason: None,
            exit_status: None,
            signal: None,
            killed: false,
            duration_ms: None,
            attempts: Vec::new(),
            reporter,
        }
    }

    /// The command could not be started.
    pub(crate) fn refuse(mut self, why: CannotStart) -> Ending {
        self.reporter.say(&format!("{}: {}", self.job, why.reason));
        self.reason = Some(why.reason);
        self.conclude(RecordKind::End, why.ending)
    }

    /// A signal came before the command was started.
    pub(crate) fn stopped(mut self, stop: Signal) -> Ending {
        self.reason = Some("a signal ended the run before the job had started".to_owned());
        self.signal = Some(stop.as_raw());
        self.conclude(RecordKind::End, Ending::Signal(stop.as_raw()))
    }

    /// The last record of a run without output.
    pub(crate) fn conclude(self, kind: RecordKind, ending: Ending) -> Ending {
        let record = self.record(kind, now());
        self.reporter.record_end(&record, ending);
        ending
    }

    /// What is known now, as a record.
    pub(crate) fn record(&self, kind: RecordKind, at: Timestamp) -> SpoolRecord {
        SpoolRecord {
            format: RECORD_FORMAT,
            job: self.job.clone(),
            run_id: self.run_id.clone(),
            kind,
            at,
            scheduled_for: self.scheduled_for,
            digest: self.digest.clone(),
            exit_status: self.exit_status,
            signal: self.signal,
            killed: self.killed,
            reason: self.reason.clone(),
            duration_ms: self.duration_ms,
            attempts: self.attempts.clone(),
            output: None,
            resources: None,
        }
    }
}

//! One run of one job, from its spec file to its last record.

use std::fs;
use std::io;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use crontopus_manifest::spec::{
    Attempt as AttemptRecord, Backoff, Concurrency, Layout, RECORD_FORMAT, RecordKind, Resources, Retry,
    SPEC_FORMAT, SpecFile, SpoolRecord,
};
use jiff::Timestamp;
use nix::sys::resource::{UsageWho, getrusage};
use rustix::process::Signal;

use crate::attempt::{Attempt, Deadline, exit_or_signal};
use crate::capture::Capture;
use crate::claim::{Wake, claim};
use crate::clock::now;
use crate::ending::Ending;
use crate::lock::{self, Held, Lock};
use crate::reporter::Reporter;
use crate::run_id::{mix, new_run_id};
use crate::signals::Signals;
use crate::spool::Spool;
use crate::start::{CannotStart, prepare, spawn};

/// Grace of a replaced run whose job has none of its own.
const REPLACE_GRACE: Duration = Duration::from_secs(10);

/// Runs the job now, if it is to run now.
pub(crate) fn run(layout: &Layout, job: &str) -> Ending {
    let woken = now();
    let mut report = Report::new(job, woken, Reporter::new(Spool::new(layout)));
    let spec = match read_spec(layout, job) {
        Ok(Some(spec)) => spec,
        Ok(None) => return report.conclude(RecordKind::Orphan, Ending::Exit(0)),
        Err(reason) => return report.refuse(CannotStart::because(reason)),
    };
    report.reporter.hush(spec.output.quiet);
    report.digest.clone_from(&spec.digest);
    match claim(&spec, &layout.claim(job), woken) {
        Wake::Nothing => return Ending::Exit(0),
        Wake::For(due) => report.scheduled_for = Some(due),
        Wake::Always => {}
    }
    let mut signals = match Signals::catch() {
        Ok(signals) => signals,
        Err(error) => return report.refuse(CannotStart::because(format!("cannot catch signals: {error}"))),
    };
    if let Some(jitter) = spec.jitter_ms
        && let Some(stop) = signals.wait(jitter_delay(job, &spec.host, jitter))
    {
        return report.stopped(stop);
    }
    let lock = match take_lock(&spec, layout, &mut signals) {
        None => None,
        Some(Lock::Held(held)) => Some(held),
        Some(Lock::Busy) => {
            report.reason = Some("the previous run still goes on".to_owned());
            return report.conclude(RecordKind::Skipped, Ending::Exit(0));
        }
        Some(Lock::Stopped(stop)) => return report.stopped(stop),
        Some(Lock::Failed(reason)) => return report.refuse(CannotStart::because(reason)),
    };
    Run { spec: &spec, report, lock, signals, began: Instant::now() }.go()
}

fn read_spec(layout: &Layout, job: &str) -> Result<Option<SpecFile>, String> {
    let path = layout.spec(job);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot read the spec file {}: {error}", path.display())),
    };
    let wrong = |what: String| format!("the spec file {} is not usable: {what}", path.display());
    let spec: SpecFile = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    if spec.format != SPEC_FORMAT {
        return Err(wrong(format!("its format is {}, this wrapper reads {SPEC_FORMAT}", spec.format)));
    }
    if spec.job != job {
        return Err(wrong(format!("it belongs to {}", spec.job)));
    }
    Ok(Some(spec))
}

/// The lock, if the job needs one.
fn take_lock(spec: &SpecFile, layout: &Layout, signals: &mut Signals) -> Option<Lock> {
    let path = layout.lock(&spec.job);
    match spec.concurrency {
        Concurrency::Allow => None,
        Concurrency::Forbid => Some(lock::take(&path)),
        Concurrency::Replace => {
            let own = spec.kill.as_ref().map(|kill| Duration::from_millis(kill.grace_ms));
            Some(lock::take_over(&path, own.unwrap_or(REPLACE_GRACE), signals))
        }
    }
}

/// The same delay for the same job on the same host each time, spread evenly over all hosts.
fn jitter_delay(job: &str, host: &str, jitter_ms: u64) -> Duration {
    // FNV-1a; the separator keeps ("a", "bc") and ("ab", "c") apart.
    let bytes = job.bytes().chain([0xff]).chain(host.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let part = (u128::from(mix(hash)) * u128::from(jitter_ms)) >> 64;
    Duration::from_millis(u64::try_from(part).unwrap_or(jitter_ms))
}

/// What is known of the run so far.
struct Report {
    job: String,
    run_id: String,
    digest: String,
    scheduled_for: Option<Timestamp>,
    reason: Option<String>,
    exit_status: Option<i32>,
    signal: Option<i32>,
    killed: bool,
    duration_ms: Option<u64>,
    attempts: Vec<AttemptRecord>,
    reporter: Reporter,
}

impl Report {
    fn new(job: &str, now: Timestamp, reporter: Reporter) -> Self {
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
    fn refuse(mut self, why: CannotStart) -> Ending {
        self.reporter.say(&format!("{}: {}", self.job, why.reason));
        self.reason = Some(why.reason);
        self.conclude(RecordKind::End, why.ending)
    }

    /// A signal came before the command was started.
    fn stopped(mut self, stop: Signal) -> Ending {
        self.reason = Some("a signal ended the run before the job had started".to_owned());
        self.signal = Some(stop.as_raw());
        self.conclude(RecordKind::End, Ending::Signal(stop.as_raw()))
    }

    /// The last record of a run without output.
    fn conclude(self, kind: RecordKind, ending: Ending) -> Ending {
        let record = self.record(kind, now());
        self.reporter.record_end(&record, ending);
        ending
    }

    fn record(&self, kind: RecordKind, at: Timestamp) -> SpoolRecord {
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

/// A run whose turn has come.
struct Run<'a> {
    spec: &'a SpecFile,
    report: Report,
    lock: Option<Held>,
    signals: Signals,
    began: Instant,
}

impl Run<'_> {
    fn go(mut self) -> Ending {
        let mut command = match prepare(self.spec) {
            Ok(command) => command,
            Err(why) => return self.refuse(why),
        };
        self.began = Instant::now();
        let deadline = self.spec.kill.as_ref().map(|kill| Deadline::new(kill, self.began));
        let mut capture = Capture::new(&self.spec.output);
        let attempts = self.spec.retry.as_ref().map_or(1, |retry| retry.attempts.max(1));
        let mut number = 1;
        let ending = loop {
            let (started_at, clock) = (now(), Instant::now());
            let child = match spawn(&mut command, self.spec) {
                Ok(child) => child,
                // Trying again would not find what is not there.
                Err(why) => return self.refuse(why),
            };
            if let Some(lock) = &self.lock {
                lock.note_group(child.id());
            }
            self.report_start(started_at);
            let attempt = Attempt::new(child, self.spec.output.quiet, deadline);
            let reporter = &mut self.report.reporter;
            let watched = attempt
                .map(|attempt| attempt.watch(&mut self.signals, &mut capture, || reporter.release_start()));
            let outcome = match watched {
                Some(Ok(outcome)) => outcome,
                Some(Err(error)) => {
                    return self.refuse(CannotStart::because(format!("lost the job: {error}")));
                }
                None => return self.refuse(CannotStart::because("the job has no pipes")),
            };
            let (exit_status, signal) = exit_or_signal(outcome.status);
            let duration_ms = milliseconds(clock.elapsed());
            self.report.attempts.push(AttemptRecord { started_at, duration_ms, exit_status, signal });
            (self.report.exit_status, self.report.signal) = (exit_status, signal);
            self.report.killed = outcome.killed;
            let ending = ending_of(outcome.status);
            if outcome.status.success() || outcome.killed || outcome.stop.is_some() || number >= attempts {
                break ending;
            }
            match self.wait_before_next(number, deadline) {
                Pause::Over => number += 1,
                Pause::TimeIsUp => break ending,
                Pause::Stopped(stop) => {
                    self.report.reason = Some("a signal ended the run between two attempts".to_owned());
                    break Ending::Signal(stop.as_raw());
                }
            }
        };
        self.finish(capture, ending)
    }

    /// Once the command runs, not before: telling about it must not delay it.
    fn report_start(&mut self, started_at: Timestamp) {
        if self.report.attempts.is_empty() {
            let record = self.report.record(RecordKind::Start, started_at);
            self.report.reporter.hold_start(record);
        }
    }

    fn wait_before_next(&mut self, number: u32, deadline: Option<Deadline>) -> Pause {
        let delay = self.spec.retry.as_ref().map_or(Duration::ZERO, |retry| delay_after(retry, number));
        self.report.reporter.release_start();
        let left = deadline.map_or(delay, |deadline| deadline.left().min(delay));
        match self.signals.wait(left) {
            Some(stop) => Pause::Stopped(stop),
            None if left < delay => {
                self.report.reason = Some("no time was left for another attempt".to_owned());
                Pause::TimeIsUp
            }
            None => Pause::Over,
        }
    }

    fn refuse(mut self, why: CannotStart) -> Ending {
        self.report.duration_ms = Some(milliseconds(self.began.elapsed()));
        self.report.refuse(why)
    }

    fn finish(mut self, capture: Capture, ending: Ending) -> Ending {
        self.report.duration_ms = Some(milliseconds(self.began.elapsed()));
        let mut record = self.report.record(RecordKind::End, now());
        let wanted = self.spec.output.success_output || ending != Ending::Exit(0);
        record.output = Some(if wanted { capture.into_record() } else { capture.into_counts() });
        record.resources = resources();
        self.report.reporter.record_end(&record, ending);
        ending
    }
}

enum Pause {
    Over,
    TimeIsUp,
    Stopped(Signal),
}

fn delay_after(retry: &Retry, number: u32) -> Duration {
    let factor = match retry.backoff {
        Backoff::Constant => 1,
        Backoff::Exponential => 1_u64.checked_shl(number.saturating_sub(1)).unwrap_or(u64::MAX),
    };
    let delay = retry.delay_ms.saturating_mul(factor);
    Duration::from_millis(retry.max_delay_ms.map_or(delay, |most| delay.min(most)))
}

fn ending_of(status: ExitStatus) -> Ending {
    match exit_or_signal(status) {
        (Some(code), _) => Ending::Exit(u8::try_from(code & 0xff).unwrap_or(1)),
        (None, Some(signal)) => Ending::Signal(signal),
        (None, None) => Ending::Exit(1),
    }
}

fn resources() -> Option<Resources> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let ms = |time: nix::sys::time::TimeVal| {
        u64::try_from(time.tv_sec() * 1_000 + time.tv_usec() / 1_000).unwrap_or(0)
    };
    Some(Resources {
        user_ms: ms(usage.user_time()),
        system_ms: ms(usage.system_time()),
        max_rss_kib: u64::try_from(usage.max_rss()).unwrap_or(0),
    })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_between_attempts() {
        let check = |backoff, max_delay_ms, expected: [u64; 4]| {
            let retry = Retry { attempts: 9, delay_ms: 1_000, backoff, max_delay_ms };
            let delays = [1, 2, 3, 64].map(|number| milliseconds(delay_after(&retry, number)));
            assert_eq!(delays, expected);
        };
        check(Backoff::Constant, None, [1_000, 1_000, 1_000, 1_000]);
        check(Backoff::Exponential, Some(3_000), [1_000, 2_000, 3_000, 3_000]);
        check(Backoff::Exponential, None, [1_000, 2_000, 4_000, u64::MAX]);
    }

    #[test]
    fn jitter_is_steady_and_spread() {
        let delay = |job: &str, host: &str| milliseconds(jitter_delay(job, host, 60_000));
        assert_eq!(delay("prod/a", "agt_1"), delay("prod/a", "agt_1"));
        assert_ne!(delay("prod/a", "agt_1"), delay("prod/a", "agt_2"));
        assert_ne!(delay("ab/c", "d"), delay("ab/", "cd"));
        let delays: Vec<u64> = (0..1_000).map(|n| delay("prod/a", &format!("agt_{n}"))).collect();
        assert!(delays.iter().all(|delay| *delay < 60_000));
        let early = delays.iter().filter(|delay| **delay < 30_000).count();
        assert!((400..600).contains(&early), "{early}");
        assert_eq!(jitter_delay("a/b", "c", 0), Duration::ZERO);
    }
}

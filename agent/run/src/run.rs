use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use crontopus_manifest::spec::{Attempt as AttemptRecord, Backoff, RecordKind, Resources, Retry, SpecFile};
use jiff::Timestamp;
use nix::sys::resource::{UsageWho, getrusage};
use rustix::process::Signal;

use crate::attempt::{Attempt, Deadline, exit_or_signal};
use crate::capture::Capture;
use crate::clock::now;
use crate::ending::Ending;
use crate::lock::Held;
use crate::report::Report;
use crate::signals::Signals;
use crate::start::{CannotStart, spawn};

/// A run whose turn has come.
pub(crate) struct Run<'a> {
    pub(crate) spec: &'a SpecFile,
    pub(crate) report: Report,
    pub(crate) lock: Option<Held>,
    pub(crate) signals: Signals,
}

impl Run<'_> {
    /// Runs the command to its end, all attempts, and leaves the records.
    pub(crate) fn go(mut self, mut command: Command) -> Ending {
        let began = Instant::now();
        let deadline = self.spec.kill.as_ref().map(|kill| Deadline::new(kill, began));
        let mut capture = Capture::new(&self.spec.output);
        let attempts = self.spec.retry.as_ref().map_or(1, |retry| retry.attempts.max(1));
        let mut number = 1;
        let ending = loop {
            let (started_at, clock) = (now(), Instant::now());
            let child = match spawn(&mut command) {
                Ok(child) => child,
                // Trying again would not find what is not there.
                Err(why) => return self.refuse(began, why),
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
                    return self.refuse(began, CannotStart::because(format!("lost the job: {error}")));
                }
                None => return self.refuse(began, CannotStart::because("the job has no pipes")),
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
        self.finish(began, capture, ending)
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

    fn refuse(mut self, began: Instant, why: CannotStart) -> Ending {
        self.report.duration_ms = Some(milliseconds(began.elapsed()));
        self.report.refuse(why)
    }

    fn finish(mut self, began: Instant, capture: Capture, ending: Ending) -> Ending {
        self.report.duration_ms = Some(milliseconds(began.elapsed()));
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
}

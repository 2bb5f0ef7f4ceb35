//! One attempt: from the started command to its end, its output passed on and kept all the while.

use std::os::fd::BorrowedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use crontopus_manifest::spec::Kill;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use crate::capture::Capture;
use crate::signals::{Signals, asks_to_end, timespec};
use crate::stream::Stream;

/// How long the pipes are drained after the job's end, when something it left behind holds them.
const DRAIN: Duration = Duration::from_secs(2);

/// A job that runs longer than that is worth telling about before its end.
const LASTS: Duration = Duration::from_millis(50);

/// How often the remaining group of a killed job is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// How an attempt went.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: ExitStatus,
    /// The wrapper ended it because its time was up.
    pub(crate) killed: bool,
    /// A signal asked the run to end.
    pub(crate) stop: Option<Signal>,
}

/// When and how the run is ended by force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    signal: Signal,
    grace: Duration,
}

impl Deadline {
    /// The deadline of a run that begins now.
    pub(crate) fn new(kill: &Kill, began: Instant) -> Self {
        let signal = match kill.signal.as_str() {
            "INT" => Signal::INT,
            "HUP" => Signal::HUP,
            "QUIT" => Signal::QUIT,
            "USR1" => Signal::USR1,
            "USR2" => Signal::USR2,
            "KILL" => Signal::KILL,
            _ => Signal::TERM,
        };
        let after = Duration::from_millis(kill.after_ms);
        // A sum no clock can hold is as good as never.
        let at = began.checked_add(after).unwrap_or(began + Duration::from_secs(1 << 32));
        Self { at, signal, grace: Duration::from_millis(kill.grace_ms) }
    }

    /// Time left.
    pub(crate) fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }
}

/// A started command.
pub(crate) struct Attempt {
    child: Child,
    group: Pid,
    out: Stream,
    err: Stream,
    deadline: Option<Deadline>,
    /// When the first signal of the deadline was sent.
    warned: Option<Instant>,
    /// The group has had its KILL, or is gone.
    finished_off: bool,
    stop: Option<Signal>,
}

impl Attempt {
    /// Looks after `child`, which leads its own process group and writes into pipes. Its output goes to
    /// ours unless `quiet`.
    pub(crate) fn new(mut child: Child, quiet: bool, deadline: Option<Deadline>) -> Option<Self> {
        let group = Pid::from_child(&child);
        let (stdout, stderr) = (child.stdout.take()?, child.stderr.take()?);
        let sink = |sink: BorrowedFd<'static>| (!quiet).then_some(sink);
        let out = Stream::new(stdout, sink(rustix::stdio::stdout()));
        let err = Stream::new(stderr, sink(rustix::stdio::stderr()));
        Some(Self { child, group, out, err, deadline, warned: None, finished_off: false, stop: None })
    }

    /// Sees it to its end. `lasts` is called once, if the job takes its time.
    pub(crate) fn watch(
        mut self,
        signals: &mut Signals,
        capture: &mut Capture,
        lasts: impl FnOnce(),
    ) -> std::io::Result<Outcome> {
        let mut buffer = Vec::new();
        let began = Instant::now();
        let mut lasts = Some(lasts);
        let mut ended: Option<(ExitStatus, Instant)> = None;
        loop {
            for signal in signals.take() {
                if asks_to_end(signal) {
                    self.stop = Some(signal);
                }
                if ended.is_none() {
                    self.signal_group(signal);
                }
            }
            if ended.is_none() {
                ended = self.child.try_wait()?.map(|status| (status, Instant::now()));
                if ended.is_some() {
                    self.out.note_end();
                    self.err.note_end();
                }
            }
            self.enforce_deadline(ended.is_some());
            if let Some((status, at)) = ended {
                if at.elapsed() >= DRAIN && !self.group_has_grace() {
                    self.out.give_up();
                    self.err.give_up();
                }
                let drained = self.out.is_done() && self.err.is_done();
                // Whoever wants the run to end does not wait for a reader that does not read.
                if (drained && !self.group_has_grace()) || self.stop.is_some_and(|_| at.elapsed() >= DRAIN) {
                    return Ok(Outcome { status, killed: self.warned.is_some(), stop: self.stop });
                }
            }
            if began.elapsed() >= LASTS
                && let Some(lasts) = lasts.take()
            {
                lasts();
            }
            let telling = lasts.as_ref().map(|_| LASTS.saturating_sub(began.elapsed()));
            let timeout = self.timeout(ended.map(|(_, at)| at)).into_iter().chain(telling).min();
            self.wait(signals, timeout, &mut buffer, capture);
        }
    }

    fn signal_group(&self, signal: Signal) {
        // A group that is gone needs no signal.
        kill_process_group(self.group, signal).ok();
    }

    /// The first signal when the time is up, KILL when the grace is over too. The job's own end does not
    /// end what it started: that has the same grace.
    fn enforce_deadline(&mut self, ended: bool) {
        let Some(deadline) = self.deadline else { return };
        match self.warned {
            None if !ended && deadline.left().is_zero() => {
                self.signal_group(deadline.signal);
                self.warned = Some(Instant::now());
                self.finished_off = deadline.signal == Signal::KILL;
            }
            Some(_) if self.finished_off => {}
            Some(warned) => {
                if ended && test_kill_process_group(self.group).is_err() {
                    self.finished_off = true;
                } else if warned.elapsed() >= deadline.grace {
                    self.signal_group(Signal::KILL);
                    self.finished_off = true;
                }
            }
            None => {}
        }
    }

    fn group_has_grace(&self) -> bool {
        self.warned.is_some() && !self.finished_off
    }

    /// How long the next wait may last; `None` until something happens.
    fn timeout(&self, ended: Option<Instant>) -> Option<Duration> {
        let idle = self.out.is_idle() || self.err.is_idle() || self.stop.is_some();
        let drain = ended.filter(|_| idle).map(|at| DRAIN.saturating_sub(at.elapsed()));
        let deadline = self.deadline.filter(|_| !self.finished_off).and_then(|deadline| match self.warned {
            None => ended.is_none().then(|| deadline.left()),
            Some(_) if ended.is_some() => Some(GLANCE),
            Some(warned) => Some(deadline.grace.saturating_sub(warned.elapsed())),
        });
        let drain = if self.group_has_grace() { None } else { drain };
        drain.into_iter().chain(deadline).min()
    }

    fn wait(
        &mut self,
        signals: &Signals,
        timeout: Option<Duration>,
        buffer: &mut Vec<u8>,
        capture: &mut Capture,
    ) {
        let ready = {
            let reads = [self.out.readable(), self.err.readable()];
            let writes = [self.out.writable(), self.err.writable()];
            let streams = reads
                .iter()
                .map(|fd| (fd, PollFlags::IN))
                .chain(writes.iter().map(|fd| (fd, PollFlags::OUT)))
                .filter_map(|(fd, flags)| fd.as_ref().map(|fd| PollFd::new(fd, flags)));
            let mut fds: Vec<PollFd<'_>> = streams.collect();
            let present = [reads[0].is_some(), reads[1].is_some(), writes[0].is_some(), writes[1].is_some()];
            fds.push(PollFd::from_borrowed_fd(signals.source(), PollFlags::IN));
            if poll(&mut fds, timeout.map(timespec).as_ref()).is_err() {
                return;
            }
            let mut results = fds.iter().map(|fd| !fd.revents().is_empty());
            present.map(|present| present && results.next().unwrap_or(false))
        };
        if ready[0] {
            self.out.read(buffer, capture);
        }
        if ready[1] {
            self.err.read(buffer, capture);
        }
        if ready[2] {
            self.out.write();
        }
        if ready[3] {
            self.err.write();
        }
    }
}

/// The exit status, or the signal that ended it.
pub(crate) fn exit_or_signal(status: ExitStatus) -> (Option<i32>, Option<i32>) {
    (status.code(), status.signal())
}

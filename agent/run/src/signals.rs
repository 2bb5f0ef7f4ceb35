use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;
use signal_hook::low_level::pipe;

/// What is passed on to the job.
const FORWARDED: [Signal; 6] =
    [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT, Signal::USR1, Signal::USR2];

/// Signals as something to poll: each has a pipe of its own, written by its handler.
pub(crate) struct Signals {
    forwarded: Vec<(Signal, UnixStream)>,
    child: UnixStream,
}

impl Signals {
    /// Catches what is forwarded, and the end of children.
    pub(crate) fn catch() -> io::Result<Self> {
        let catch = |signal: Signal| {
            let (read, write) = UnixStream::pair()?;
            read.set_nonblocking(true)?;
            pipe::register(signal.as_raw(), write)?;
            Ok::<_, io::Error>(read)
        };
        let forwarded =
            FORWARDED.into_iter().map(|signal| Ok((signal, catch(signal)?))).collect::<io::Result<_>>()?;
        Ok(Self { forwarded, child: catch(Signal::CHILD)? })
    }

    /// What to poll for reading.
    pub(crate) fn sources(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.forwarded.iter().map(|(_, pipe)| pipe.as_fd()).chain([self.child.as_fd()])
    }

    /// The forwarded signals that arrived; two of a kind count as one, as the kernel has it.
    pub(crate) fn take(&mut self) -> Vec<Signal> {
        drain(&mut self.child);
        let arrived = self.forwarded.iter_mut().filter_map(|(signal, pipe)| drain(pipe).then_some(*signal));
        arrived.collect()
    }

    /// Waits so long, or until a signal asks the run to end.
    pub(crate) fn wait(&mut self, time: Duration) -> Option<Signal> {
        let until = Instant::now() + time;
        loop {
            if let Some(stop) = self.take().into_iter().find(|signal| asks_to_end(*signal)) {
                return Some(stop);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let mut fds: Vec<_> =
                self.sources().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
            // Interrupted or not, the loop looks again.
            poll(&mut fds, Some(&timespec(left))).ok();
        }
    }
}

/// Whether a signal means that the run is to end; the others mean something to the job only.
pub(crate) fn asks_to_end(signal: Signal) -> bool {
    signal != Signal::USR1 && signal != Signal::USR2
}

pub(crate) fn timespec(time: Duration) -> Timespec {
    let tv_sec = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timespec { tv_sec, tv_nsec: i64::from(time.subsec_nanos()) }
}

fn drain(pipe: &mut UnixStream) -> bool {
    let mut any = false;
    while pipe.read(&mut [0; 64]).is_ok_and(|count| count > 0) {
        any = true;
    }
    any
}

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;
use signal_hook::{flag, low_level};

/// What is passed on to the job.
const FORWARDED: [Signal; 6] =
    [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT, Signal::USR1, Signal::USR2];

/// Signals as something to poll: their handlers raise a flag each and write into one pipe.
pub(crate) struct Signals {
    forwarded: Vec<(Signal, Arc<AtomicBool>)>,
    pipe: UnixStream,
}

impl Signals {
    /// Catches what is forwarded, and the end of children.
    pub(crate) fn catch() -> io::Result<Self> {
        let (pipe, write) = UnixStream::pair()?;
        pipe.set_nonblocking(true)?;
        let catch = |signal: Signal| {
            let raised = Arc::new(AtomicBool::new(false));
            // The flag first: whoever the pipe wakes finds it raised.
            flag::register(signal.as_raw(), Arc::clone(&raised))?;
            low_level::pipe::register(signal.as_raw(), write.try_clone()?)?;
            Ok::<_, io::Error>((signal, raised))
        };
        let forwarded = FORWARDED.into_iter().map(catch).collect::<io::Result<_>>()?;
        low_level::pipe::register(Signal::CHILD.as_raw(), write)?;
        Ok(Self { forwarded, pipe })
    }

    /// What to poll for reading.
    pub(crate) fn source(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }

    /// The forwarded signals that arrived; two of a kind count as one, as the kernel has it.
    pub(crate) fn take(&mut self) -> Vec<Signal> {
        // The pipe first: a signal that comes in between fills it again.
        while self.pipe.read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
        let arrived = self.forwarded.iter().filter(|(_, raised)| raised.swap(false, Ordering::SeqCst));
        arrived.map(|(signal, _)| *signal).collect()
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
            let fd = PollFd::from_borrowed_fd(self.source(), PollFlags::IN);
            // Interrupted or not, the loop looks again.
            poll(&mut [fd], Some(&timespec(left))).ok();
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

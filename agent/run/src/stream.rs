use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::FileType;

use crate::capture::Capture;

/// What one read takes at most.
const CHUNK: usize = 64 << 10;

/// What a pipe that is ready to be written surely takes without blocking: `PIPE_BUF`.
const SURE: usize = 4 << 10;

/// One of the job's two outputs, from its pipe to ours and into what is kept.
///
/// While the reader of ours is slow nothing more is read, so the job waits as it would without the
/// wrapper; signals and deadlines are seen to all the while.
pub(crate) struct Stream {
    source: Option<File>,
    sink: Option<BorrowedFd<'static>>,
    /// How much one write may hold.
    write_size: usize,
    pending: Vec<u8>,
    written: usize,
    /// Bytes the job had left in the pipe when it ended; they are read, however long that takes.
    owed: usize,
}

impl Stream {
    /// Passes `source` on to `sink`; without one the output is only kept.
    pub(crate) fn new(source: impl Into<OwnedFd>, sink: Option<BorrowedFd<'static>>) -> Self {
        let regular = sink.is_some_and(|sink| {
            rustix::fs::fstat(sink).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode).is_file())
        });
        let write_size = if regular { CHUNK } else { SURE };
        Self {
            source: Some(File::from(source.into())),
            sink,
            write_size,
            pending: Vec::new(),
            written: 0,
            owed: 0,
        }
    }

    /// The pipe to poll for reading: none while something waits to be written, or after its end.
    pub(crate) fn readable(&self) -> Option<BorrowedFd<'_>> {
        self.source.as_ref().filter(|_| self.pending.is_empty()).map(AsFd::as_fd)
    }

    /// The pipe to poll for writing.
    pub(crate) fn writable(&self) -> Option<BorrowedFd<'static>> {
        self.sink.filter(|_| !self.pending.is_empty())
    }

    /// Whether everything has been read and passed on.
    pub(crate) fn is_done(&self) -> bool {
        self.source.is_none() && self.pending.is_empty()
    }

    /// Takes note that the job has ended: what comes later comes from something it left behind.
    pub(crate) fn note_end(&mut self) {
        let left = self.source.as_ref().and_then(|source| rustix::io::ioctl_fionread(source).ok());
        self.owed = left.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
    }

    /// Whether only something the job left behind can still write.
    pub(crate) fn is_idle(&self) -> bool {
        self.source.is_some() && self.owed == 0
    }

    /// Reads no more of what the job left behind.
    pub(crate) fn give_up(&mut self) {
        if self.owed == 0 {
            self.source = None;
        }
    }

    /// Reads once, after the pipe was found readable.
    pub(crate) fn read(&mut self, buffer: &mut Vec<u8>, capture: &mut Capture) {
        let Some(source) = &mut self.source else { return };
        buffer.resize(CHUNK, 0);
        match source.read(buffer) {
            Ok(0) => (self.source, self.owed) = (None, 0),
            Ok(count) => {
                self.owed = self.owed.saturating_sub(count);
                let bytes = &buffer[..count];
                capture.push(bytes);
                if self.sink.is_some() {
                    self.pending.extend_from_slice(bytes);
                }
            }
            Err(error) if is_transient(&error) => {}
            Err(_) => (self.source, self.owed) = (None, 0),
        }
    }

    /// Writes once, after the sink was found writable. A sink that is gone ends the passing on, not the
    /// job.
    pub(crate) fn write(&mut self) {
        let Some(sink) = self.sink else { return };
        let rest = &self.pending[self.written..];
        match rustix::io::write(sink, &rest[..rest.len().min(self.write_size)]) {
            Ok(count) => self.written += count,
            Err(errno) if is_transient(&errno.into()) => {}
            Err(_) => {
                self.sink = None;
                self.written = self.pending.len();
            }
        }
        if self.written == self.pending.len() {
            self.pending.clear();
            self.written = 0;
        }
    }
}

fn is_transient(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock)
}

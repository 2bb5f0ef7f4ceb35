use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crontopus_api::agent_v1::AgentCheckIns;
use crontopus_manifest::spec::Layout;

use super::Stop;
use crate::server::Server;
use crate::spool::{Batch, Memory, Source};
use crate::{files, spool};

/// Without a nudge the spool is looked at so often.
const LOOK: Duration = Duration::from_secs(10);
/// Files that could not be removed are looked at so often.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// After a failure it is tried again after so long at least, and at most.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// What is between the wrappers and the server.
pub(super) struct Delivery<'a> {
    pub(super) server: &'a Server,
    pub(super) layout: &'a Layout,
    pub(super) memory: &'a Mutex<Memory>,
}

impl Delivery<'_> {
    /// Delivers records as they come: whoever hears the wrappers wakes it. Ends when that one ends.
    pub(super) fn run(&self, woken: &Receiver<()>, stop: &Stop) {
        let mut pause = Duration::ZERO;
        loop {
            let mut delivered = 0;
            match self.deliver_all(&mut delivered) {
                Ok(()) => pause = Duration::ZERO,
                Err(e) => {
                    tracing::debug!("records wait: {e:#}");
                    pause = pause_after(pause, delivered);
                    self.spill();
                }
            }
            if !pause.is_zero() {
                if stop.pause(pause) {
                    break;
                }
                continue;
            }
            let look = if self.memory().stuck.is_empty() { LOOK } else { LOOK_AGAIN };
            if woken.recv_timeout(look) == Err(RecvTimeoutError::Disconnected) {
                break;
            }
        }
        self.spill();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts in `delivered` what the server answered, also when it fails in the end.
    fn deliver_all(&self, delivered: &mut usize) -> anyhow::Result<()> {
        // They go when the disk lets them.
        self.memory().stuck.retain(|path| files::remove(path).is_err());
        loop {
            let batch = self.read();
            for (path, reason) in batch.refused {
                tracing::warn!(file = %path.display(), "a record is not believed and is removed: it {reason}");
                self.remove(path);
            }
            if batch.items.is_empty() {
                return Ok(());
            }
            let answer = self.server.check_ins(AgentCheckIns { items: batch.items })?;
            *delivered += answer.items.len();
            for (source, outcome) in batch.sources.into_iter().zip(&answer.items) {
                if !outcome.accepted {
                    let reason = outcome.reason.as_deref().unwrap_or("no reason given");
                    tracing::warn!(record = ?source, "the server did not take a record: {reason}");
                }
                match source {
                    Source::File(path) => self.remove(path),
                    Source::Held(name) => self.memory().held.delivered(&name),
                }
            }
            if !batch.more {
                return Ok(());
            }
        }
    }

    /// What lies in the spool, and what was handed over. A spool that cannot be read keeps nothing else back.
    fn read(&self) -> Batch {
        let offset = self.server.clock_offset();
        let memory = self.memory();
        let mut batch = spool::read(self.layout, offset, &memory.stuck).unwrap_or_else(|e| {
            tracing::warn!("the spool cannot be read: {e}");
            Batch::default()
        });
        memory.held.add_to(&mut batch, offset);
        batch
    }

    fn remove(&self, path: PathBuf) {
        if let Err(e) = files::remove(&path) {
            tracing::debug!("a record that is delivered stays for now: {e:#}");
            self.memory().stuck.insert(path);
        }
    }

    /// While the server is away, a disk that takes records again keeps what was handed over.
    fn spill(&self) {
        let mut memory = self.memory();
        if memory.held.len() > 0
            && let Err(e) = memory.held.spill(self.layout)
        {
            tracing::debug!("{} records stay in memory: {e:#}", memory.held.len());
        }
    }
}

/// How long to wait after a failure: longer each time, but a server that took something is there.
fn pause_after(last: Duration, delivered: usize) -> Duration {
    if delivered > 0 { SHORTEST } else { (last * 2).clamp(SHORTEST, LONGEST) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_asked_less_often_until_it_takes_something() {
        let mut pause = Duration::ZERO;
        let mut pauses = Vec::new();
        for delivered in [0, 0, 0, 0, 0, 0, 0, 0, 200, 0] {
            pause = pause_after(pause, delivered);
            pauses.push(pause.as_secs());
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 1, 2]);
    }
}

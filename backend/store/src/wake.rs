use std::sync::Arc;

use tokio::sync::watch;

/// What somebody may wait for. A wake-up carries nothing: whoever wakes looks at the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A deadline may be nearer than before.
    Deadlines,
    /// There are new events to stream.
    Events,
    /// Something is to be sent.
    Outbox,
    /// A repository is to be synced.
    Sync,
    /// What an agent should know has changed.
    Agents,
}

impl Topic {
    const ALL: [Topic; 5] = [Topic::Deadlines, Topic::Events, Topic::Outbox, Topic::Sync, Topic::Agents];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Topic::Deadlines => "deadlines",
            Topic::Events => "events",
            Topic::Outbox => "outbox",
            Topic::Sync => "sync",
            Topic::Agents => "agents",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Topic> {
        Self::ALL.into_iter().find(|t| t.as_str() == text)
    }
}

/// A subscription: made before looking for work, so that nothing falls in between.
#[derive(Debug)]
pub struct Wake(watch::Receiver<u64>);

impl Wake {
    /// Returns when the topic was woken since the last call (or since the subscription). Cancel-safe.
    pub async fn wait(&mut self) {
        if self.0.changed().await.is_err() {
            // The store is gone; nobody will wake this any more.
            std::future::pending::<()>().await;
        }
    }
}

/// Everybody who waits, in this process.
#[derive(Debug, Clone)]
pub(crate) struct Wakes(Arc<[watch::Sender<u64>; Topic::ALL.len()]>);

impl Wakes {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Topic::ALL.map(|_| watch::Sender::new(0))))
    }

    pub(crate) fn wake(&self, topic: Topic) {
        self.0[topic as usize].send_modify(|n| *n = n.wrapping_add(1));
    }

    pub(crate) fn wake_all(&self) {
        Topic::ALL.into_iter().for_each(|t| self.wake(t));
    }

    pub(crate) fn subscribe(&self, topic: Topic) -> Wake {
        Wake(self.0[topic as usize].subscribe())
    }
}

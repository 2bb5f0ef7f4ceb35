use crontopus_domain::EventKind;
use jiff::Timestamp;

use super::AgentIdentity;
use crate::{App, Error, Result};

/// A sign of life.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    /// The commit that stands on the host.
    pub commit: Option<String>,
    /// Records waiting in its spool.
    pub spooled: u64,
    /// Its clock, UTC milliseconds.
    pub clock_ms: i64,
}

/// What is answered to it.
#[derive(Debug, Clone)]
pub struct HeartbeatAnswer {
    /// The server's clock.
    pub now: Timestamp,
    /// The commit in force.
    pub commit: Option<String>,
    /// Version of the configuration.
    pub config: String,
}

impl App {
    /// Notes that the host lives. A host that was lost is back.
    pub async fn heartbeat(&self, host: &AgentIdentity, beat: Heartbeat) -> Result<HeartbeatAnswer> {
        let now = self.clock.now();
        let mut tx = self.begin(host.tenant_id).await?;
        let Some(mut agent) = tx.lock_agent(host.agent_id).await? else {
            return Err(Error::AgentRevoked("this agent is gone; enrol the host again"));
        };
        if agent.state == "lost" {
            agent.state = "online".to_owned();
            tx.wake(crontopus_store::Topic::Deadlines);
        }
        agent.seen_at = Some(now.as_millisecond());
        agent.spooled = i64::try_from(beat.spooled).unwrap_or(i64::MAX);
        agent.clock_offset_ms = Some(beat.clock_ms.saturating_sub(now.as_millisecond()));
        let commit = beat.commit.filter(|c| c.len() <= 64);
        let changed = agent.applied_commit != commit && commit.is_some();
        agent.applied_commit = commit.or(agent.applied_commit);
        tx.update_agent_seen(&agent).await?;
        tx.advance_agent_key(host.agent_id, &host.fingerprint, host.stored_seq()).await?;
        if changed {
            tx.emit(now.as_millisecond(), EventKind::AgentChanged, host.agent_id, None);
        }
        tx.commit().await?;
        let config = self.agent_config(host).await?;
        Ok(HeartbeatAnswer { now, commit: config.commit.clone(), config: config.version() })
    }
}

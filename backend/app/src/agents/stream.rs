use crontopus_store::{Topic, Wake};

use super::AgentIdentity;
use crate::{App, Result};

/// What an agent is told over its open stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentMessage {
    /// Read configuration and repository again.
    Refresh {
        /// The commit in force.
        commit: Option<String>,
    },
    /// Send a report.
    Report,
    /// Change the key.
    Rotate,
}

/// What the stream has told so far.
#[derive(Debug)]
pub struct StreamState {
    wake: Wake,
    signals: Option<i64>,
    commit: Option<String>,
}

impl App {
    /// Opens the stream of an agent. It subscribes before it looks, so that nothing falls in between.
    pub fn open_agent_stream(&self) -> StreamState {
        StreamState { wake: self.store.subscribe(Topic::Agents), signals: None, commit: None }
    }

    /// What is new for the agent since the last call; the first call tells where it stands. `None` when the
    /// agent is no longer welcome: the stream ends.
    pub async fn next_agent_messages(
        &self,
        host: &AgentIdentity,
        state: &mut StreamState,
    ) -> Result<Option<Vec<AgentMessage>>> {
        let signal = self.read(host.tenant_id).await?.find_agent_signal(host.agent_id).await?;
        let Some(signal) = signal.filter(|s| matches!(s.state.as_str(), "online" | "lost")) else {
            return Ok(None);
        };
        let commit = self.agent_config(host).await?.commit;
        let first = state.signals.is_none();
        let mut messages = Vec::new();
        if first || state.commit != commit {
            messages.push(AgentMessage::Refresh { commit: commit.clone() });
        } else if state.signals != Some(signal.signals) {
            messages.push(match signal.signal.as_str() {
                "report" => AgentMessage::Report,
                "rotate" => AgentMessage::Rotate,
                _ => AgentMessage::Refresh { commit: commit.clone() },
            });
        }
        (state.signals, state.commit) = (Some(signal.signals), commit);
        Ok(Some(messages))
    }
}

impl StreamState {
    /// Returns when there may be something new. Cancel-safe.
    pub async fn changed(&mut self) {
        self.wake.wait().await;
    }
}

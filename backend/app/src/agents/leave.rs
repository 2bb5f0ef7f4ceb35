use crontopus_domain::EventKind;
use crontopus_store::AgentReport;

use super::AgentIdentity;
use crate::access::Origin;
use crate::{App, Deed, Error, Result};

impl App {
    /// A host says goodbye: its keys end, its jobs are expected no more, and nobody is told that it is silent.
    /// `kept` entries stay on it and go on.
    pub async fn leave(&self, host: &AgentIdentity, origin: Origin, kept: u64) -> Result<()> {
        let now = self.now_ms();
        let mut tx = self.begin(host.tenant_id).await?;
        let Some(mut agent) = tx.lock_agent(host.agent_id).await? else {
            return Err(Error::AgentRevoked("this agent is gone; enrol the host again"));
        };
        agent.state = "left".to_owned();
        agent.seen_at = Some(now);
        agent.jobs = i64::try_from(kept).unwrap_or(i64::MAX);
        agent.drift = 0;
        tx.update_agent_report(&agent).await?;
        tx.save_agent_report(agent.id, &AgentReport::default()).await?;
        self.disarm_host(&mut tx, agent.id, now).await?;
        // A host that was lost is not missed any more: its incident ends.
        tx.wake(crontopus_store::Topic::Agents);
        tx.wake(crontopus_store::Topic::Deadlines);
        tx.emit(now, EventKind::AgentChanged, agent.id, None);
        let detail = if kept == 0 { "no entry stays".to_owned() } else { format!("{kept} entries stay") };
        let who = format!("agent {}", agent.name);
        tx.create_audit(&self.line(&who, origin, Deed::new("leave", &agent.name).detail(detail))).await?;
        Ok(tx.commit().await?)
    }
}

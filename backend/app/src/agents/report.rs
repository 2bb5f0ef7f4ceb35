use crontopus_domain::EventKind;
use crontopus_store::AgentReport;

use super::AgentIdentity;
use crate::{App, Deed, Error, Result, secret};

/// What a host says of itself.
#[derive(Debug, Clone)]
pub struct Report {
    /// The commit that stands on it.
    pub commit: Option<String>,
    /// The value the last answer gave.
    pub rolling: Option<String>,
    /// Scheduler profile.
    pub scheduler: String,
    /// Whether the native scheduler runs.
    pub scheduler_running: bool,
    /// IANA zone.
    pub timezone: String,
    /// Version of its time zone data.
    pub tzdata_version: Option<String>,
    /// Agent's version.
    pub version: String,
    /// Jobs it holds or should hold.
    pub jobs: Vec<JobOnHost>,
    /// JSON array of conditions.
    pub conditions: String,
    /// JSON of the last plan.
    pub plan: Option<String>,
    /// Entries that were found to differ from Git.
    pub drift: u64,
}

/// One job on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOnHost {
    /// `namespace/name`.
    pub job: String,
    /// Digest of the manifest the entry was made from.
    pub digest: String,
    /// Whether the entry stands.
    pub applied: bool,
    /// Whose firing rules it follows.
    pub profile: String,
}

impl App {
    /// Stores what a host says, declares its entries, and answers the value its next report must carry. Two hosts with one key
    /// (a copied disk) cannot both know that value: then the agent goes into quarantine.
    pub async fn report(&self, host: &AgentIdentity, report: Report) -> Result<String> {
        let now = self.now_ms();
        let mut tx = self.begin(host.tenant_id).await?;
        let Some(mut agent) = tx.lock_agent(host.agent_id).await? else {
            return Err(Error::AgentRevoked("this agent is gone; enrol the host again"));
        };
        let known = [agent.rolling.as_deref(), agent.rolling_before.as_deref()];
        if agent.rolling.is_some()
            && (report.rolling.is_none() || !known.contains(&report.rolling.as_deref()))
        {
            tx.update_agent_state(agent.id, "quarantined").await?;
            tx.wake(crontopus_store::Topic::Agents);
            tx.emit(now, EventKind::AgentChanged, agent.id, None);
            let deed = Deed::new("quarantine_agent", &agent.name).detail("two hosts use its key");
            tx.create_audit(&self.line("system", Default::default(), deed)).await?;
            tx.commit().await?;
            return Err(Error::AgentRevoked("two hosts use this key; enrol this host again"));
        }
        let rolling = secret::random(self.entropy.as_ref());
        agent.rolling_before = report.rolling;
        agent.rolling = Some(rolling.clone());
        agent.seen_at = Some(now);
        if agent.state == "lost" {
            agent.state = "online".to_owned();
            tx.wake(crontopus_store::Topic::Deadlines);
        }
        agent.version = cut(report.version);
        agent.scheduler = cut(report.scheduler);
        agent.scheduler_running = report.scheduler_running;
        agent.timezone = cut(report.timezone);
        agent.tzdata_version = report.tzdata_version.map(cut);
        agent.applied_commit = report.commit.map(cut).or(agent.applied_commit);
        agent.jobs = report.jobs.iter().filter(|j| j.applied).count().try_into().unwrap_or(i64::MAX);
        agent.drift = i64::try_from(report.drift).unwrap_or(i64::MAX);
        tx.update_agent_report(&agent).await?;
        let told = AgentReport { conditions: report.conditions, plan: report.plan };
        tx.save_agent_report(agent.id, &told).await?;
        tx.advance_agent_key(host.agent_id, &host.fingerprint, host.stored_seq()).await?;
        tx.emit(now, EventKind::AgentChanged, agent.id, None);
        tx.commit().await?;
        self.declare_on_host(host, report.jobs, &agent.timezone, now).await?;
        Ok(rolling)
    }
}

/// At most 255 bytes, on a character's edge.
fn cut(mut text: String) -> String {
    if text.len() > 255 {
        text.truncate(text.floor_char_boundary(255));
    }
    text
}

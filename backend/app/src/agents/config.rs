use std::collections::BTreeMap;

use jiff::Timestamp;

use super::AgentIdentity;
use crate::{App, Error, Result, secret};

/// What an agent follows.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentConfig {
    /// The host's name in the tenant.
    pub name: String,
    /// The tenant's slug.
    pub tenant: String,
    /// Labels manifests select by.
    pub labels: BTreeMap<String, String>,
    /// Name of the repository; `None` while there is none.
    pub repository: Option<String>,
    /// Branch that is followed.
    pub branch: String,
    /// The commit in force.
    pub commit: Option<String>,
    /// Jobs with `placement: one` that this host holds, as `namespace/name`.
    pub placements: Vec<String>,
    /// Commit whose mass removal an admin has confirmed.
    pub confirmed_commit: Option<String>,
    /// `namespace/name` → commit of the form that is kept for jobs with errors.
    pub last_valid: BTreeMap<String, String>,
    /// When the key should be changed, at the latest.
    pub rotate_before: Option<Timestamp>,
}

impl AgentConfig {
    /// Differs when anything in it differs.
    pub fn version(&self) -> String {
        secret::hash(&format!("{self:?}"))[..32].to_owned()
    }
}

impl App {
    /// What the agent follows now.
    pub async fn agent_config(&self, host: &AgentIdentity) -> Result<AgentConfig> {
        let mut read = self.read(host.tenant_id).await?;
        let Some(agent) = read.find_agent(host.agent_id).await? else {
            return Err(Error::AgentRevoked("this agent is gone; enrol the host again"));
        };
        let keys = read.list_agent_keys(host.agent_id).await?;
        let followed = crate::git::agent::followed(&mut read, &agent).await?;
        let lasts = i64::from(self.settings.rotate_days) * 86_400_000;
        let rotate_before = keys.iter().find(|k| k.expires_at.is_none()).map(|k| k.created_at + lasts);
        Ok(AgentConfig {
            name: agent.name,
            tenant: host.tenant.clone(),
            labels: agent.labels,
            repository: followed.repository,
            branch: followed.branch,
            commit: followed.commit,
            placements: followed.placements,
            confirmed_commit: agent.confirmed_commit,
            last_valid: followed.last_valid,
            rotate_before: rotate_before.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
        })
    }
}

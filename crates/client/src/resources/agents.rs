use crontopus_api::{Agent, AgentSummary, PlanView, UpdateAgent};

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/agents`: enrolled hosts. An agent is named by its id or its name in the tenant.
#[derive(Debug, Clone, Copy)]
pub struct Agents<'a> {
    pub(super) client: &'a Client,
}

impl Agents<'_> {
    /// All of them, by name.
    pub fn list(&self) -> Pages<AgentSummary> {
        Pages::new(self.client, Target::new("/api/v1/agents"))
    }

    /// One of them.
    pub fn get(&self, agent: &str) -> Result<Agent, ClientError> {
        self.client.get(&one(agent))
    }

    /// Changes its name or labels.
    pub fn update(&self, agent: &str, change: &UpdateAgent) -> Result<Agent, ClientError> {
        self.client.patch(&one(agent), change)
    }

    /// What stands between its host and Git.
    pub fn plan(&self, agent: &str) -> Result<PlanView, ClientError> {
        self.client.get(&one(agent).then("plan"))
    }

    /// Its key is no longer taken, from its next request on.
    pub fn revoke(&self, agent: &str) -> Result<Agent, ClientError> {
        self.client.act(&one(agent).then("revoke"))
    }

    /// Lets in an agent whose enrolment token wants approval.
    pub fn approve(&self, agent: &str) -> Result<Agent, ClientError> {
        self.client.act(&one(agent).then("approve"))
    }

    /// Confirms the mass removal its plan waits with, at the present commit.
    pub fn confirm(&self, agent: &str) -> Result<Agent, ClientError> {
        self.client.act(&one(agent).then("confirm"))
    }

    /// Asks it to look again now.
    pub fn sync(&self, agent: &str) -> Result<(), ClientError> {
        self.client.send_off(&one(agent).then("sync"))
    }
}

fn one(agent: &str) -> Target {
    Target::new("/api/v1/agents").segment(agent)
}

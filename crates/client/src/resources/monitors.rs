use crontopus_api::{Monitor, MonitorKey, MonitorStatus};
use crontopus_ids::MonitorId;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/monitors`: what is expected of jobs, place by place.
#[derive(Debug, Clone, Copy)]
pub struct Monitors<'a> {
    pub(super) client: &'a Client,
}

/// Which monitors.
#[derive(Debug, Clone, Default)]
pub struct MonitorFilter {
    /// Of this job only, `namespace/name`.
    pub job: Option<String>,
    /// On this host only: id or name.
    pub agent: Option<String>,
    /// In this status only.
    pub status: Option<MonitorStatus>,
}

impl Monitors<'_> {
    /// By job and host.
    pub fn list(&self, filter: &MonitorFilter) -> Pages<Monitor> {
        let target = Target::new("/api/v1/monitors")
            .query("job", filter.job.as_ref())
            .query("agent", filter.agent.as_ref())
            .query_word("status", filter.status);
        Pages::new(self.client, target)
    }

    /// One of them.
    pub fn get(&self, id: MonitorId) -> Result<Monitor, ClientError> {
        self.client.get(&one(id))
    }

    /// Nothing is expected of it until it is resumed.
    pub fn pause(&self, id: MonitorId) -> Result<Monitor, ClientError> {
        self.client.act(&one(id).then("pause"))
    }

    /// Expects again.
    pub fn resume(&self, id: MonitorId) -> Result<Monitor, ClientError> {
        self.client.act(&one(id).then("resume"))
    }

    /// Makes a new check-in key; the old one ends at once.
    pub fn create_key(&self, id: MonitorId) -> Result<MonitorKey, ClientError> {
        self.client.act(&one(id).then("key"))
    }
}

fn one(id: MonitorId) -> Target {
    Target::new("/api/v1/monitors").segment(id)
}

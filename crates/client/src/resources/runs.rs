use crontopus_api::{Run, RunOutput, RunStatus};
use crontopus_ids::RunId;
use jiff::Timestamp;
use ureq::http::Method;

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/runs`: executions, expected or seen.
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a> {
    pub(super) client: &'a Client,
}

/// Which runs.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Of this job only, `namespace/name`.
    pub job: Option<String>,
    /// On this host only: id or name.
    pub agent: Option<String>,
    /// In this status only.
    pub status: Option<RunStatus>,
    /// Not before this instant.
    pub after: Option<Timestamp>,
    /// Before this instant.
    pub before: Option<Timestamp>,
}

impl Runs<'_> {
    /// Newest first.
    pub fn list(&self, filter: &RunFilter) -> Pages<Run> {
        let target = Target::new("/api/v1/runs")
            .query("job", filter.job.as_ref())
            .query("agent", filter.agent.as_ref())
            .query_word("status", filter.status)
            .query("after", filter.after)
            .query("before", filter.before);
        Pages::new(self.client, target)
    }

    /// One of them.
    pub fn get(&self, id: RunId) -> Result<Run, ClientError> {
        self.client.get(&one(id))
    }

    /// What was kept of its output, with what was dropped.
    pub fn output(&self, id: RunId) -> Result<RunOutput, ClientError> {
        self.client.get(&one(id).then("output"))
    }

    /// What was kept of its output, as bytes; head and tail joined by one line that says what was dropped.
    pub fn output_bytes(&self, id: RunId) -> Result<Vec<u8>, ClientError> {
        let target = one(id).then("output");
        let outgoing = self.client.outgoing(Method::GET, &target, None, "application/octet-stream");
        Ok(self.client.http.send(&outgoing)?.good(&outgoing.operation())?.body)
    }
}

fn one(id: RunId) -> Target {
    Target::new("/api/v1/runs").segment(id)
}
